import type { AccessStore } from '#lib/access/access-store.ts'
import { readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Clock } from '#lib/time/clock.ts'
import { type CredentialState, credentialState, overlapLimit, overlapOf } from '#lib/tokens/overlap.ts'
import type { EndedCredential, LostKey, RetiredUse, RotationStore } from '#lib/tokens/rotation-store.ts'
import { type Token, type TokenState, tokenState } from '#lib/tokens/token.ts'
import type { Credential, DailyUse, LastUse, PermissionUse, TokenStore } from '#lib/tokens/token-store.ts'
import { decideTouch, openToken, type TokenView, type TouchDecision } from '#lib/tokens/token-view.ts'

/** A credential as people see it. */
export type DescribedCredential = Pick<Credential, 'id' | 'kind' | 'createdAt' | 'endsAt'> & {
  readonly state: CredentialState
  /** Last four characters, as far as they are still known. */
  readonly hint: string | undefined
  readonly lastUse: LastUse | undefined
}

/** A rotation under way, as people see it; `id` is that of the credential it made. */
export type DescribedRotation = {
  readonly id: string
  readonly rotatedAt: number
  readonly current: DescribedCredential
  readonly former: DescribedCredential
  readonly formerEndsAt: number
  /** Until when the former one may stay good at most. */
  readonly extendableUntil: number
}

/** All a person may know of one token. */
export type TokenDescription = TokenView & {
  readonly state: TokenState
  /** Newest first; digests are left out. */
  readonly credentials: readonly DescribedCredential[]
  /** Set while two credentials of a live token are good. */
  readonly rotation: DescribedRotation | undefined
  /** The newest use of a credential on a day on which it had ended, within the last 30 days. */
  readonly retiredUse: RetiredUse | undefined
  /** Set while the newest credential of a live token is refused because the key that signed it is compromised. */
  readonly lostKey: LostKey | undefined
  readonly lastUse: LastUse | undefined
  /** The last 30 days with any use, oldest first. */
  readonly use: readonly DailyUse[]
  /** What was asked for within these days, by key; of what it may do whatever is not here was not. */
  readonly permissionUse: readonly PermissionUse[]
  /** Whether the principal may change it, and if not, why. */
  readonly touch: TouchDecision
}

type Ports = {
  readonly clock: Clock
  readonly accessStore: AccessStore
  readonly tokenStore: TokenStore
  readonly rotationStore: RotationStore
}

const describeCredentials = (
  credentials: readonly Credential[],
  uses: ReadonlyMap<string, LastUse>,
  hints: Readonly<Record<CredentialState, string | undefined>>,
  now: number,
): readonly DescribedCredential[] =>
  credentials.map(({ id, kind, createdAt, endsAt }) => {
    const state = credentialState({ endsAt }, now)
    return { id, kind, createdAt, endsAt, state, hint: hints[state], lastUse: uses.get(id) }
  })

const describeCredentialsOf = async ({ tokenStore, rotationStore }: Ports, token: Token, now: number) => {
  const { tenantId, id } = token
  const stored = await tokenStore.credentials(tenantId, id)
  const overlap = overlapOf(stored, now)
  const replaced = overlap && (await rotationStore.replaced(tenantId, overlap.current.id))
  const hints = { current: token.hint || undefined, former: replaced?.hint, ended: undefined }
  const credentials = describeCredentials(stored, await rotationStore.uses(tenantId, id), hints, now)
  const [current, former] = (['current', 'former'] as const).map((state) =>
    credentials.find((credential) => credential.state === state),
  )
  if (!overlap || !current || !former) return { credentials, rotation: undefined }
  const extendableUntil = Math.max(overlap.endsAt, overlapLimit(overlap, token, replaced))
  const { id: rotationId, createdAt: rotatedAt } = overlap.current
  const rotation = { id: rotationId, rotatedAt, current, former, formerEndsAt: overlap.endsAt, extendableUntil }
  return { credentials, rotation }
}

const endedOf = (credentials: readonly DescribedCredential[]): readonly EndedCredential[] =>
  credentials.flatMap(({ id, state, endsAt }) =>
    state === 'ended' && endsAt !== null ? [{ id, endedAt: endsAt }] : [],
  )

// Only an end that came early can be a key's.
const lostKeyOf = async (
  { rotationStore }: Ports,
  { tenantId, id: tokenId }: Token,
  [newest]: readonly DescribedCredential[],
): Promise<LostKey | undefined> =>
  newest?.state === 'ended' ? rotationStore.lostKey(tenantId, tokenId, newest.id) : undefined

/** Describes one token; `resource.not_found` for unknown, foreign and hidden ones alike. */
export const describeToken =
  (ports: Ports) =>
  async (principal: Principal, tokenId: string): Promise<TokenDescription> => {
    const acting = await readActing(ports, principal)
    const view = await openToken(ports, acting, tokenId)
    const now = ports.clock.now()
    const { tenantId } = view.token
    const { credentials, rotation } = await describeCredentialsOf(ports, view.token, now)
    const state = tokenState(view.token, now)
    const isOver = state === 'revoked' || state === 'expired'
    return {
      ...view,
      state,
      credentials,
      rotation: isOver ? undefined : rotation,
      retiredUse: await ports.rotationStore.retiredUse(tenantId, endedOf(credentials), now),
      lostKey: isOver ? undefined : await lostKeyOf(ports, view.token, credentials),
      lastUse: await ports.tokenStore.lastUse(tenantId, tokenId),
      use: await ports.tokenStore.dailyUse(tenantId, tokenId, now),
      permissionUse: await ports.tokenStore.permissionUse(tenantId, tokenId, now),
      touch: decideTouch(acting, view),
    }
  }
