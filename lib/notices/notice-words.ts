import type { Notice, NoticeType } from '#lib/notices/notice.ts'
import { dateOf } from '#lib/time/date-of.ts'
import { NO_AGENT } from '#lib/usage/place.ts'

/** A notice in words, for pages and mails alike: what happened, and what there is to know or to do about it. */
export type NoticeWords = { readonly title: string; readonly detail: string }

type Told = Pick<Notice, 'type' | 'token' | 'actor' | 'address' | 'details'>

type Read = Told & { readonly readerId: string | undefined }

/** A moment as pages and mails write it, to the minute: "1 Mar 2026, 14:05 UTC". */
export const momentText = (at: number): string =>
  `${dateOf(at)}, ${new Date(at * 1000).toISOString().slice(11, 16)} UTC`

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

const byWhom = ({ actor, address, readerId }: Read): string => {
  const from = address === undefined ? '' : ` from ${address}`
  const name = actor.id === readerId ? 'you' : actor.name
  return actor.kind === 'user' ? `By ${name}${from}.` : ''
}

const withReason = (notice: Read): string => {
  const [by, reason] = [byWhom(notice), textOf(notice.details['reason'])]
  if (!reason) return by
  return by === '' ? `“${reason}”` : `${by.replace(/\.$/, '')}: “${reason}”`
}

const REASONS: Readonly<Record<string, string>> = {
  leaked: 'Somebody found it.',
  member_removed: 'Its owner left the account.',
  user_disabled: 'Its owner was disabled.',
  user_removed: 'Its owner was removed.',
  restored: 'An older copy of the database was restored.',
}

const FIELDS: ReadonlyMap<unknown, string> = new Map([
  ['name', 'name'],
  ['description', 'description'],
  ['grant', 'permissions'],
  ['ipAllowlist', 'IP allowlist'],
  ['metadata', 'metadata'],
  ['refreshMode', 'refresh tokens'],
  ['requestsPerMinute', 'limit'],
  ['dpopRequired', 'DPoP'],
])

const changed = ({ details: { fields } }: Told): string => {
  const names = Array.isArray(fields) ? fields.flatMap((field) => FIELDS.get(field) ?? []) : []
  return names.length === 0 ? '' : `What changed: ${names.join(', ')}.`
}

const newPlace = ({ details, address }: Told): string => {
  const network = textOf(details['network'])
  const agent = textOf(details['agent'])
  const known = 'If you do not know it, rotate the token without overlap.'
  if (agent !== undefined)
    return `By a program it was not used by before: ${agent === NO_AGENT ? 'one that gives no name' : agent}. ${known}`
  return `From the network ${network ?? 'of another country'}${address === undefined ? '' : ` (${address})`}. ${known}`
}

const endOf = ({ details }: Told): string =>
  typeof details['expiresAt'] === 'number' ? `It ends on ${momentText(details['expiresAt'])}. ` : ''

const expiring = (notice: Told): string => {
  const { paused, unused } = notice.details
  const advice =
    unused === true
      ? 'It was never used. Let it end? Then there is nothing to do.'
      : 'Rotate it with a later expiry, or make another, before what uses it stops.'
  return `${endOf(notice)}${advice}${paused === true ? ' It is paused.' : ''}`
}

const WORDS: Readonly<Record<NoticeType, (notice: Read, name: string) => NoticeWords>> = {
  'token.issued': (notice, name) => ({ title: `${name} was issued`, detail: byWhom(notice) }),
  'token.edited': (notice, name) => ({
    title: `${name} was changed`,
    detail: [changed(notice), byWhom(notice)].filter(Boolean).join(' '),
  }),
  'token.paused': (notice, name) => ({
    title: `${name} was paused`,
    detail: ['It is refused until it is resumed.', withReason(notice)].filter(Boolean).join(' '),
  }),
  'token.resumed': (notice, name) => ({ title: `${name} was resumed`, detail: byWhom(notice) }),
  'token.rotated': (notice, name) => ({ title: `${name} was rotated`, detail: byWhom(notice) }),
  'token.revoked': (notice, name) => {
    const reason = REASONS[textOf(notice.details['reason']) ?? '']
    return { title: `${name} was revoked`, detail: [reason, byWhom(notice)].filter(Boolean).join(' ') }
  },
  'token.expiring': (notice, name) => {
    const days = Number(notice.details['daysLeft'])
    return { title: `${name} expires in ${plural(days, 'day')}`, detail: expiring(notice) }
  },
  'token.new_place': (notice, name) => ({ title: `${name} was used from a new place`, detail: newPlace(notice) }),
  'token.leaked': (_, name) => ({
    title: `${name} was found by somebody`,
    detail: 'Whoever reported it had the credential. Look what was done with it, and make another.',
  }),
  'token.key_compromised': ({ details }, name) =>
    details['purpose'] === 'bearer'
      ? {
          title: `JWTs of ${name} are refused: their key is compromised`,
          detail: 'Its client needs do nothing but exchange again; its secret and its refresh tokens stay good.',
        }
      : {
          title: `${name} works no more: its key is compromised`,
          detail: 'Everything that this key signed is refused from now on. Rotate the token to go on.',
        },
  'credential.retired_used': (notice, name) => ({
    title: `A retired secret of ${name} was used`,
    detail: `It was refused. Something still holds the old secret, or somebody found it.${
      notice.address === undefined ? '' : ` It came from ${notice.address}.`
    }`,
  }),
}

/**
 * What a notice says; the token's name stands in quotation marks, as others chose it. What the reader did themselves was
 * done "by you", where it is known who reads.
 */
export const noticeWords = (notice: Told, readerId?: string): NoticeWords =>
  WORDS[notice.type]({ ...notice, readerId }, `“${notice.token.name}”`)
