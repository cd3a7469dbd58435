import type { AccessStore } from '#lib/access/access-store.ts'
import type { EnvironmentStore, LeakReaction } from '#lib/access/environment-store.ts'
import { rolesFor } from '#lib/access/member-rights.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { strongestLevel } from '#lib/access/role.ts'
import type { Config } from '#lib/config/config.ts'
import { decideLeak } from '#lib/leaks/decide-leak.ts'
import { endFoundCalendar } from '#lib/leaks/end-found-calendar.ts'
import type { FoundCalendar, FoundCredential } from '#lib/leaks/found-credential.ts'
import { leakEvent, type ReportCircumstances } from '#lib/leaks/leak-event.ts'
import { keptPlace } from '#lib/leaks/leak-report.ts'
import type { LeakStore } from '#lib/leaks/leak-store.ts'
import { type RecognisePorts, recogniseAll } from '#lib/leaks/recognise.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { TokenStore } from '#lib/tokens/token-store.ts'

/** What acting on found credentials needs of the world. */
export type ReportLeakPorts = RecognisePorts & {
  readonly settings: Pick<Config, 'url'>
  readonly clock: Clock
  readonly accessStore: AccessStore
  readonly environmentStore: EnvironmentStore
  readonly tokenStore: Pick<TokenStore, 'find' | 'credentials'>
  readonly leakStore: LeakStore
}

/** Text in which credentials may stand, and how it came here. */
export type LeakText = ReportCircumstances & { readonly text: string }

/** What whoever reports learns: nothing that possession had not told them already. */
export type LeakAnswer = {
  /** How many credentials of ours the text held, whether they still worked or not. */
  readonly recognised: number
  /** What the environment does about them. */
  readonly reaction: LeakReaction
}

// Undefined: there is no such credential, or no more.
const rowEnd = async (
  { tokenStore }: ReportLeakPorts,
  { kind, credentialId }: FoundCredential,
  token: Token,
): Promise<number | null | undefined> => {
  if (kind === 'refresh_token' || kind === 'bearer_jwt') return token.type === 'client_credentials' ? null : undefined
  const credentials = await tokenStore.credentials(token.tenantId, token.id)
  return credentials.find((row) => row.id === credentialId && row.kind === kind)?.endsAt
}

const familyEnded = async ({ leakStore }: ReportLeakPorts, { familyId, tenantId, tokenId }: FoundCredential) =>
  familyId !== undefined && (await leakStore.hasEnded({ tenantId, tokenId, familyId }))

// Whether it is ours; what has to be done about it is done then.
const settle = (ports: ReportLeakPorts, found: FoundCredential, circumstances: ReportCircumstances): Promise<boolean> =>
  rerunWhenStale(async () => {
    // Versions first: what changes from here on makes the decision stale.
    const environment = await ports.accessStore.environment()
    const tenant = await ports.accessStore.tenant(found.tenantId)
    const token = tenant && (await ports.tokenStore.find(found.tenantId, found.tokenId))
    const credentialEndsAt = token && (await rowEnd(ports, found, token))
    if (!tenant || !token || credentialEndsAt === undefined) return false
    const { leakReaction: reaction } = await ports.environmentStore.settings()
    const now = ports.clock.now()
    const strongest = strongestLevel(rolesFor(environment, tenant))
    const ended = await familyEnded(ports, found)
    const scene = { found, token, credentialEndsAt, familyEnded: ended, reaction, strongestLevel: strongest }
    const work = decideLeak(scene, now)
    if (work) {
      const event = leakEvent({ found, token, work, reaction, now }, circumstances)
      const versions = { tenantId: tenant.id, tenant: tenant.rightsVersion, environment: environment.rightsVersion }
      await ports.leakStore.carryOut(work, { versions, event })
    }
    return true
  })

const act = (
  ports: ReportLeakPorts,
  found: FoundCredential | FoundCalendar,
  circumstances: ReportCircumstances,
): Promise<boolean> =>
  found.kind === 'calendar' ? endFoundCalendar(ports, found, circumstances) : settle(ports, found, circumstances)

/**
 * Acts on every credential of ours that stands in a text: whoever holds one may have it ended, without a word on who
 * they are. Reporting it again changes nothing and answers the same, and so does one that had ended before. Throws
 * `store.unavailable` rather than thanking for what was not done.
 */
export const reportLeak =
  (ports: ReportLeakPorts) =>
  async ({ text, foundAt, ...circumstances }: LeakText): Promise<LeakAnswer> => {
    const kept = { ...circumstances, foundAt: keptPlace(foundAt) }
    let recognised = 0
    for (const found of await recogniseAll(ports, text)) if (await act(ports, found, kept)) recognised += 1
    const { leakReaction: reaction } = await ports.environmentStore.settings()
    return { recognised, reaction }
  }
