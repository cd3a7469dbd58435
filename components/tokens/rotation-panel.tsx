import type { OfferedActions } from '#components/tokens/offered-actions.ts'
import { isReadyToFinish, rotationAdvice } from '#components/tokens/rotation-words.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { Badge } from '#components/ui/badge.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Section } from '#components/ui/card.tsx'
import { InlineCode } from '#components/ui/code-block.tsx'
import { Time } from '#components/ui/time.tsx'
import type { DescribedCredential, DescribedRotation } from '#lib/tokens/describe-token.ts'

/**
 * RotationPanel   a rotation under way: slug, tokenId, rotation, offered (what the person may do), now.
 * CredentialSeen  one of its two secrets: credential, rotation, now. Which it is, when it ends, when it was seen.
 */

export type CredentialSeenProps = {
  readonly credential: DescribedCredential
  readonly rotation: DescribedRotation
  readonly now: number
}

const LastSeen = ({ credential: { lastUse }, rotation: { rotatedAt }, now }: CredentialSeenProps) => {
  if (!lastUse) return <>Not used yet</>
  return (
    <>
      {lastUse.at < rotatedAt && 'Not since the rotation; before that '}
      <Time at={lastUse.at} now={now} />
      {lastUse.address !== null && (
        <>
          {' '}
          from <InlineCode>{lastUse.address}</InlineCode>
        </>
      )}
      {lastUse.agent !== null && <span className="block text-xs text-muted">{lastUse.agent}</span>}
    </>
  )
}

export const CredentialSeen = (props: CredentialSeenProps) => {
  const { credential, rotation, now } = props
  const isNew = credential.id === rotation.current.id
  const rows = [
    ['Made', <Time key="made" at={credential.createdAt} now={now} />],
    ['Last seen', <LastSeen key="seen" {...props} />],
    [
      'Ends',
      isNew ? (
        'With the token'
      ) : (
        <>
          <Time at={rotation.formerEndsAt} now={now} />{' '}
          <Time at={rotation.formerEndsAt} now={now} format="exact" className="block text-xs text-subtle" />
        </>
      ),
    ],
  ] as const
  return (
    <div className="grid content-start gap-2.5 rounded-md border bg-surface p-3.5">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={isNew ? 'success' : 'warning'}>{isNew ? 'New' : 'Former'}</Badge>
        <code className="font-mono text-xs">····{credential.hint}</code>
      </p>
      <dl className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm wrap-anywhere">
        {rows.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

export type RotationPanelProps = {
  readonly slug: string
  readonly tokenId: string
  readonly rotation: DescribedRotation
  readonly offered: OfferedActions['offered']
  readonly now: number
}

const Steps = ({ slug, tokenId, rotation, offered, now }: RotationPanelProps) => {
  const path = (step: 'finish' | 'extend' | 'cancel') => tokenPaths(slug).token(tokenId, `rotation/${step}`)
  return (
    <>
      {offered.has('cancel') && (
        <ButtonLink href={path('cancel')} prefetch={false} variant="danger-quiet">
          Cancel the rotation
        </ButtonLink>
      )}
      {offered.has('extend') && (
        <ButtonLink href={path('extend')} prefetch={false}>
          Extend
        </ButtonLink>
      )}
      {offered.has('finish') && (
        <ButtonLink
          href={path('finish')}
          prefetch={false}
          variant={isReadyToFinish(rotation, now) ? 'primary' : 'secondary'}
        >
          Finish now
        </ButtonLink>
      )}
    </>
  )
}

export const RotationPanel = (props: RotationPanelProps) => {
  const { rotation, offered, now } = props
  return (
    <Section
      id="rotation"
      title="Rotation under way: two secrets work"
      description={rotationAdvice(rotation, now)}
      footer={offered.has('finish') && <Steps {...props} />}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <CredentialSeen credential={rotation.current} rotation={rotation} now={now} />
        <CredentialSeen credential={rotation.former} rotation={rotation} now={now} />
      </div>
      <p className="mt-3 text-xs text-muted">
        It finishes by itself once the former one has been silent for a day, and for longer than this token ever paused.
      </p>
    </Section>
  )
}
