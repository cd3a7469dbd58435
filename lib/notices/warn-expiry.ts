import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import {
  decideWarning,
  WARNING_DAYS,
  type WarningRange,
  warningId,
  warningRanges,
} from '#lib/notices/decide-warning.ts'
import type { EndingQuery, EndingToken, ExpiryStore, Warning } from '#lib/notices/expiry-store.ts'
import type { Clock } from '#lib/time/clock.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

/** What warning of expiries needs of the world. */
export type WarnExpiryPorts = { readonly clock: Clock; readonly expiryStore: ExpiryStore }

const SLICE = 100

const warningOf = (token: EndingToken, days: number, now: number): Warning => ({
  token,
  event: {
    tenantId: token.tenantId,
    id: warningId(token, days),
    at: now,
    type: 'token.expiring',
    actor: { kind: 'system', id: 'expiry', name: 'Latchkey' },
    target: { kind: 'token', id: token.id, name: token.name },
    requestId: 'notices.expiry',
    address: undefined,
    details: {
      context: token.context,
      expiresAt: token.expiresAt,
      daysAhead: days,
      daysLeft: Math.ceil((token.expiresAt - now) / DAY_SECONDS),
      unused: !token.wasUsed,
      paused: token.isPaused,
    },
  },
})

const warnOf = async (
  { clock, expiryStore }: WarnExpiryPorts,
  tokens: readonly EndingToken[],
  days: number,
): Promise<void> => {
  const possible = tokens.flatMap((token) =>
    WARNING_DAYS.map((ahead) => ({ tenantId: token.tenantId, id: warningId(token, ahead) })),
  )
  const recorded = await expiryStore.recorded(possible)
  const due = tokens.filter((token) => decideWarning(token, days, recorded))
  if (due.length > 0) await expiryStore.warn(due.map((token) => warningOf(token, days, clock.now())))
}

const warnInRange = async (ports: WarnExpiryPorts, { days, after, until }: WarningRange): Promise<void> => {
  let behind: EndingQuery['behind']
  do {
    const query: EndingQuery = { after, until, limit: SLICE, ...(behind && { behind }) }
    const tokens = await rerunWhenStale(async () => {
      const found = await ports.expiryStore.ending(query)
      await warnOf(ports, found, days)
      return found
    })
    behind = tokens.length < SLICE ? undefined : tokens.at(-1)
  } while (behind)
}

/**
 * Records `token.expiring` for every token that passed a threshold since this last ran; mails follow from it as from any
 * other notice. Safe to run again after a crash, and by two at once: each warning is recorded once.
 */
export const warnExpiry =
  (ports: WarnExpiryPorts) =>
  async (span: ChoreSpan): Promise<void> => {
    for (const range of warningRanges(span)) await warnInRange(ports, range)
  }
