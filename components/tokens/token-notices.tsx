import { DoneAlert } from '#components/tokens/done-alert.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { InlineCode } from '#components/ui/code-block.tsx'
import { Time } from '#components/ui/time.tsx'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'
import type { RevocationReason } from '#lib/tokens/token.ts'

/**
 * TokenNotices  what has to be said above a token's page: described, now, done? (what was just done to it), refusal? (why
 *               the person may not change it), reasons (why some of what is usual is not offered), rotatePath? (where the
 *               person can rotate it).
 */

export type TokenNoticesProps = {
  readonly described: TokenDescription
  readonly now: number
  readonly done?: string | undefined
  readonly refusal?: string | undefined
  readonly reasons: readonly string[]
  readonly rotatePath?: string | undefined
}

const REVOKED_BECAUSE: Readonly<Record<RevocationReason, string>> = {
  by_hand: 'Somebody revoked it by hand.',
  leaked: 'Its secret was found where others can read it.',
  member_removed: 'Its owner was removed from the account.',
  user_disabled: 'Its owner was disabled.',
  user_removed: 'Its owner was removed.',
  restored: 'An older copy of the database was restored, and this token ended with it.',
}

const doneWords = ({ token, state, rotation }: TokenDescription, done: string | undefined): string | undefined => {
  if (done === 'edited') return 'The changes are saved. They count from the next request on.'
  if (done === 'paused' && token.paused) return 'Paused. Every use is refused until somebody resumes it.'
  if (done === 'resumed' && !token.paused && state !== 'revoked') return 'Resumed. It works again.'
  if (done === 'finished' && !rotation) return 'Finished. The former secret is refused from now on.'
  if (done === 'extended' && rotation) return 'Extended. Both secrets go on working.'
  if (done === 'cancelled' && !rotation) return 'Cancelled. The new secret is refused; the former one works as before.'
  if (done === 'revoked' && token.revoked) return 'Revoked. Every use is refused from now on.'
  return undefined
}

const Ended = ({ described: { token, state }, now }: Pick<TokenNoticesProps, 'described' | 'now'>) => {
  if (token.revoked)
    return (
      <Alert tone="danger" title="This token was revoked">
        <Time at={token.revoked.at} now={now} />. {REVOKED_BECAUSE[token.revoked.reason]} It cannot be brought back.
      </Alert>
    )
  if (state === 'expired')
    return (
      <Alert tone="info" title="This token has expired">
        <Time at={token.expiresAt} now={now} />. Make another like it to go on.
      </Alert>
    )
  if (!token.paused) return null
  return (
    <Alert tone="warning" title="This token is paused">
      Since <Time at={token.paused.at} now={now} />
      {token.paused.reason === '' ? '.' : `: ${token.paused.reason}`} Every use is refused. Its expiry date stays the
      same.
    </Alert>
  )
}

const RetiredUsed = ({ described: { retiredUse }, now }: Pick<TokenNoticesProps, 'described' | 'now'>) =>
  retiredUse && (
    <Alert tone="warning" title="Something still sends a secret that has ended">
      The former secret was used on <Time at={retiredUse.at} now={now} format="exact" />
      {retiredUse.address !== null && (
        <>
          {' '}
          from <InlineCode>{retiredUse.address}</InlineCode>
        </>
      )}
      {retiredUse.agent !== null && ` (${retiredUse.agent})`}, after it had ended{' '}
      <Time at={retiredUse.endedAt} now={now} />. It was refused. If you do not know who that is, take it for stolen.
    </Alert>
  )

const rotateButton = (path: string | undefined, label: string) =>
  path !== undefined && (
    <ButtonLink href={path} prefetch={false} size="sm">
      {label}
    </ButtonLink>
  )

const KeyLost = ({
  described: { lostKey },
  now,
  rotatePath,
}: Pick<TokenNoticesProps, 'described' | 'now' | 'rotatePath'>) =>
  lostKey && (
    <Alert
      tone="danger"
      title="Its signing key was compromised: rotate this token"
      actions={rotateButton(rotatePath, 'Rotate it now')}
    >
      Others may know the key <InlineCode>{lostKey.kid}</InlineCode>. Whatever it signed is refused since{' '}
      <Time at={lostKey.at} now={now} format="exact" />, the newest credential of this token as well. What the token may
      do, and its history, stay as they are.
    </Alert>
  )

const Expiring = ({
  described: { token, state, lostKey },
  now,
  rotatePath,
}: Pick<TokenNoticesProps, 'described' | 'now' | 'rotatePath'>) =>
  state === 'expiring' &&
  !lostKey && (
    <Alert tone="warning" title="This token expires soon" actions={rotateButton(rotatePath, 'Rotate it')}>
      It ends <Time at={token.expiresAt} now={now} />, on <Time at={token.expiresAt} now={now} format="exact" />.{' '}
      {rotatePath === undefined
        ? 'What uses it needs another by then.'
        : 'Rotate it with a later expiry, or make another, before what uses it stops.'}
    </Alert>
  )

export const TokenNotices = ({ described, now, done, refusal, reasons, rotatePath }: TokenNoticesProps) => {
  const said = doneWords(described, done)
  return (
    <>
      {said ? <DoneAlert key={said}>{said}</DoneAlert> : <Ended described={described} now={now} />}
      <KeyLost described={described} now={now} rotatePath={rotatePath} />
      <Expiring described={described} now={now} rotatePath={rotatePath} />
      <RetiredUsed described={described} now={now} />
      {refusal && (
        <Alert tone="info" title="You can look, but not change it">
          {refusal}
        </Alert>
      )}
      {reasons.map((reason) => (
        <p key={reason} className="max-w-prose text-sm text-muted">
          {reason}
        </p>
      ))}
    </>
  )
}
