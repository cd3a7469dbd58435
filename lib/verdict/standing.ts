import type { AccessStore } from '#lib/access/access-store.ts'
import { effectivePermissions } from '#lib/access/effective.ts'
import {
  type AccessSnapshot,
  catalogKeys,
  type MemberRights,
  memberRights,
  rolesFor,
} from '#lib/access/member-rights.ts'
import { permissionSources } from '#lib/tokens/grant.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { Answer } from '#lib/verdict/validation.ts'

/** How a token stands at the moment its rows were read: all that a verdict needs but the request and the time. */
export type Standing = {
  readonly token: Token
  readonly tenant: { readonly id: string; readonly name: string }
  /** The owner of a user token, while a member; undefined for tenant tokens and for owners who have gone. */
  readonly user: { readonly id: string; readonly email: string; readonly name: string } | undefined
  /** Effective permissions, sorted. */
  readonly permissions: ReadonlySet<string>
  /** Every permission there is. */
  readonly catalog: ReadonlySet<string>
  /** Keys of the roles that were granted, or that the owner has; sorted. */
  readonly roles: readonly string[]
  /** Whether the environment or the tenant has switched tokens off. */
  readonly switchedOff: boolean
  /** Ends of the token's credentials by id; null: none of its own. */
  readonly credentialEnds: ReadonlyMap<string, number | null>
  /** Refresh families that ended while bearer JWTs of theirs may still be about; one that is kept gains those that end. */
  readonly endedFamilies: Set<string>
  /**
   * What was answered for it (`answerOf`), by what claims say. Beside it and not in weak maps, which cost the garbage
   * collector a tenth of what a token costs that is met for the first time.
   */
  readonly answers: Map<string, Answer>
}

/** What the store knows of a token by itself, at one moment. */
export type StoredStanding = Pick<Standing, 'token' | 'credentialEnds' | 'endedFamilies'>

/** Tokens as verdicts need them. */
export type StandingStore = {
  /** A token with its grant, the ends of all its credentials and the families that ended; undefined if the tenant has none of this id. */
  find(tenantId: string, tokenId: string): Promise<StoredStanding | undefined>
}

/** What reading a standing needs. */
export type StandingPorts = {
  readonly accessStore: Pick<AccessStore, 'environment' | 'tenant' | 'member'>
  readonly standingStore: StandingStore
}

const rolesOfToken = (
  { environment, tenant }: Pick<AccessSnapshot, 'environment' | 'tenant'>,
  { grant }: Token,
  owner: MemberRights | undefined,
): readonly string[] => {
  if (grant.mode !== 'roles') return owner ? owner.roles.map(({ key }) => key).sort() : []
  const known = new Set(rolesFor(environment, tenant).map(({ key }) => key))
  return grant.roles.filter((key) => known.has(key)).sort()
}

/** Reads how a token stands now; undefined if the tenant has none of this id. */
export const readStanding = async (
  { accessStore, standingStore }: StandingPorts,
  tenantId: string,
  tokenId: string,
): Promise<Standing | undefined> => {
  const environment = await accessStore.environment()
  const tenant = await accessStore.tenant(tenantId)
  const stored = tenant && (await standingStore.find(tenantId, tokenId))
  if (!tenant || !stored) return undefined
  const { token } = stored
  const member = token.ownerUserId === null ? undefined : await accessStore.member(tenantId, token.ownerUserId)
  const owner = member && memberRights(environment, tenant, member)
  return {
    ...stored,
    tenant: { id: tenant.id, name: tenant.name },
    user: member && { id: member.userId, email: member.email, name: member.name },
    catalog: catalogKeys(environment),
    permissions: effectivePermissions(permissionSources({ environment, tenant }, token, owner)),
    roles: rolesOfToken({ environment, tenant }, token, owner),
    switchedOff: environment.m2mOffAt !== null || tenant.m2mOffAt !== null,
    answers: new Map(),
  }
}
