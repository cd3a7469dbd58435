import type { AccessStore } from '#lib/access/access-store.ts'
import { readAccess } from '#lib/access/member-rights.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import type { CalendarFeed, CalendarStore } from '#lib/notices/calendar-store.ts'
import { type CalendarAccount, calendarText } from '#lib/notices/calendar-text.ts'
import type { Clock } from '#lib/time/clock.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { MANAGE_TOKENS } from '#lib/tokens/token-view.ts'

/** What reading a calendar needs of the world. */
export type ReadCalendarPorts = {
  readonly settings: { readonly url: string }
  readonly clock: Clock
  readonly secretRing: SecretRing
  readonly accessStore: AccessStore
  readonly calendarStore: CalendarStore
}

const TOKENS_MAX = 500
// What has just ended stays for a while: an entry that vanishes says less than one that has passed.
const KEPT_SECONDS = 30 * DAY_SECONDS

const accountOf = async (
  { clock, accessStore, calendarStore }: ReadCalendarPorts,
  userId: string,
  tenantId: string,
): Promise<CalendarAccount | undefined> => {
  const access = await readAccess(accessStore, tenantId, userId)
  if (!access?.rights) return undefined
  const { tenant, rights } = access
  const managesTokens = rights.permissions.has(MANAGE_TOKENS)
  const after = clock.now() - KEPT_SECONDS
  const tokens = await calendarStore.tokens({ tenantId, userId, managesTokens, after, limit: TOKENS_MAX })
  return { slug: tenant.slug, name: tenant.name, tokens }
}

// The row was found by a digest; whether the secret is its own is said in constant time.
const findFeed = async ({ secretRing, calendarStore }: ReadCalendarPorts, secret: string) => {
  const feed: CalendarFeed | undefined = await calendarStore.find(secretRing.digests('calendar', secret))
  return feed && secretRing.matches('calendar', secret, feed) ? feed : undefined
}

/**
 * The calendar (RFC 5545) that a secret opens: tokens its person owns or manages, by their rights of this moment.
 * `resource.not_found` for every other text, whatever it looks like.
 */
export const readCalendar =
  (ports: ReadCalendarPorts) =>
  async (secret: string): Promise<string> => {
    const feed = await findFeed(ports, secret)
    if (!feed) throw new PortalError('resource.not_found')
    const { userId } = feed
    const tenantIds = await ports.calendarStore.tenantsOf(userId)
    const accounts = await Promise.all(tenantIds.map((tenantId) => accountOf(ports, userId, tenantId)))
    return calendarText({
      portalUrl: ports.settings.url,
      now: ports.clock.now(),
      accounts: accounts.filter((account) => account !== undefined),
    })
  }
