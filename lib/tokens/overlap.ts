import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { Credential } from '#lib/tokens/token-store.ts'

/** Seconds for which a former credential may stay good, counted from the rotation. */
export const OVERLAP_SECONDS_MAX = 30 * DAY_SECONDS

/** What a credential is to its token: the one that stays, one that a rotation replaces, or one that is refused. */
export type CredentialState = 'current' | 'former' | 'ended'

type Ending = Pick<Credential, 'endsAt'>

/** The state of a credential at a moment; whether its token lives is another question. */
export const credentialState = ({ endsAt }: Ending, now: number): CredentialState => {
  if (endsAt === null) return 'current'
  return endsAt > now ? 'former' : 'ended'
}

type Placed = Pick<Credential, 'id' | 'createdAt' | 'endsAt'>

/** A rotation under way: two credentials are good. */
export type Overlap = {
  /** Made by the rotation; its id names the rotation. */
  readonly current: Pick<Credential, 'id' | 'createdAt'>
  readonly former: Pick<Credential, 'id' | 'createdAt'>
  /** First second at which the former one is no longer good. */
  readonly endsAt: number
}

/** The rotation under way among a token's credentials; undefined when only one of them is good. */
export const overlapOf = (credentials: readonly Placed[], now: number): Overlap | undefined => {
  const current = credentials.find((one) => credentialState(one, now) === 'current')
  const former = credentials.find((one) => credentialState(one, now) === 'former')
  if (!current || !former || former.endsAt === null) return undefined
  return { current, former, endsAt: former.endsAt }
}

/** What a rotation replaced: the token's hint and end until then. */
export type Replaced = { readonly hint: string; readonly expiresAt: number | null }

/**
 * The last second until which a former credential may stay good: 30 days after the rotation, and not beyond the end its
 * token has or, when it was made, had: an access JWT carries that one itself.
 */
export const overlapLimit = (
  { current }: Pick<Overlap, 'current'>,
  { expiresAt }: Pick<Token, 'expiresAt'>,
  replaced: Replaced | undefined,
): number =>
  Math.min(
    current.createdAt + OVERLAP_SECONDS_MAX,
    expiresAt ?? Number.MAX_SAFE_INTEGER,
    replaced?.expiresAt ?? Number.MAX_SAFE_INTEGER,
  )
