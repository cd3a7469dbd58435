import { createHash } from 'node:crypto'
import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import type { EndingToken } from '#lib/notices/expiry-store.ts'
import { DAY_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

/** How many days ahead people are warned, nearest first. */
export const WARNING_DAYS = [1, 7, 14, 30] as const

/** Tokens whose nearest warning came due: those that end later than `after`, no later than `until`. */
export type WarningRange = { readonly days: number; readonly after: number; readonly until: number }

// A token that was moved just before the last run may have been read by it as it was.
const OVERLAP_SECONDS = 10 * MINUTE_SECONDS

/**
 * Where the tokens lie that passed a threshold since a chore last ran, each under its nearest one alone: after a
 * downtime nobody gets three warnings at once. Pure.
 */
export const warningRanges = ({ since, now }: ChoreSpan): readonly WarningRange[] =>
  WARNING_DAYS.map((days, index) => ({
    days,
    after: Math.max(since - OVERLAP_SECONDS + days * DAY_SECONDS, now + (WARNING_DAYS[index - 1] ?? 0) * DAY_SECONDS),
    until: now + days * DAY_SECONDS,
  })).filter(({ after, until }) => after < until)

const UUID = /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/

/**
 * The id of the event that warns of one expiry, so many days ahead (a UUID of version 8, RFC 9562 §5.8): an expiry that
 * was moved is another one, and the same warning cannot be recorded twice.
 */
export const warningId = ({ tenantId, id, expiresAt }: EndingToken, days: number): string =>
  createHash('sha256')
    .update(['token.expiring', tenantId, id, expiresAt, days].join('\n'))
    .digest('hex')
    .replace(UUID, '$1-$2-8$3-8$4-$5')

/**
 * Whether to warn: not of a threshold as long as the token's whole life, not twice of one, and of a token that was never
 * used only once, as there is nothing to lose but a question to ask. Pure.
 */
export const decideWarning = (token: EndingToken, days: number, recorded: ReadonlySet<string>): boolean => {
  if (days * DAY_SECONDS >= token.expiresAt - token.createdAt) return false
  const before = token.wasUsed ? [days] : WARNING_DAYS
  return before.every((earlier) => !recorded.has(warningId(token, earlier)))
}
