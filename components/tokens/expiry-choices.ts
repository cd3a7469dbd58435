import type { TokenPolicy } from '#lib/access/token-policy.ts'
import { dateOf } from '#lib/time/date-of.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'

/** One lifetime to choose; `value` is its number of seconds as text. */
export type ExpiryPreset = { readonly value: string; readonly label: string; readonly endsAt: number }

/** What may be chosen for the end of a token under a policy. */
export type ExpiryChoices = {
  readonly presets: readonly ExpiryPreset[]
  /** The first and last day (YYYY-MM-DD, UTC) that can be named; no last one: any. */
  readonly dateMin: string
  readonly dateMax: string | undefined
  readonly never: boolean
  readonly initial: string
  /** Why something usual is missing. */
  readonly limit: string | undefined
}

/** The choice that leaves the end as it is. */
export const KEEP_EXPIRY = 'keep'

type Rules = Pick<TokenPolicy, 'lifetimeSecondsMax' | 'neverExpires'>

const DAYS = [7, 30, 60, 90, 365]
const USUAL = String(90 * DAY_SECONDS)

/** A lifetime in the largest unit that names it whole: "90 days", "1 year", "36 hours". */
export const lifetimeWords = (seconds: number): string => {
  const say = (amount: number, unit: string) => `${amount} ${unit}${amount === 1 ? '' : 's'}`
  if (seconds === 365 * DAY_SECONDS) return '1 year'
  if (seconds % DAY_SECONDS === 0) return say(seconds / DAY_SECONDS, 'day')
  if (seconds % HOUR_SECONDS === 0) return say(seconds / HOUR_SECONDS, 'hour')
  return say(Math.round(seconds / 60), 'minute')
}

const dayOf = (numericDate: number): string => new Date(numericDate * 1000).toISOString().slice(0, 10)

const lifetimes = (max: number | null): readonly number[] => {
  const usual = DAYS.map((days) => days * DAY_SECONDS).filter((seconds) => max === null || seconds <= max)
  return max === null || max > 365 * DAY_SECONDS || usual.includes(max) ? usual : [...usual, max]
}

const limitOf = ({ lifetimeSecondsMax: max, neverExpires }: Rules, account: string): string | undefined => {
  if (max !== null) return `The policy of ${account} allows at most ${lifetimeWords(max)}.`
  return neverExpires ? undefined : `The policy of ${account} asks every token to have an end.`
}

/** The lifetimes, dates and "never" that a policy allows; 90 days unless that is too long. Pure. */
export const expiryChoices = (rules: Rules, account: string, now: number): ExpiryChoices => {
  const max = rules.lifetimeSecondsMax
  const presets = lifetimes(max).map((seconds) => ({
    value: String(seconds),
    label: lifetimeWords(seconds),
    endsAt: now + seconds,
  }))
  const usual = presets.find(({ value }) => value === USUAL) ?? presets.at(-1)
  return {
    presets,
    dateMin: dayOf(now),
    dateMax: max === null ? undefined : dayOf(now + max - DAY_SECONDS + 1),
    never: rules.neverExpires && max === null,
    initial: usual?.value ?? 'at',
    limit: limitOf(rules, account),
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** The last second (UTC) of a day written YYYY-MM-DD; NaN for anything else, which no request accepts. */
export const endOfDay = (day: string): number =>
  DATE.test(day) ? Date.parse(`${day}T00:00:00Z`) / 1000 + DAY_SECONDS - 1 : Number.NaN

/** What a choice means, for the sentence that stays in view: "ends 1 Mar 2026", "never ends". */
export const expiryWords = ({ presets }: ExpiryChoices, choice: string, day: string): string => {
  if (choice === 'never') return 'never ends'
  const at = choice === 'at' ? endOfDay(day) : presets.find(({ value }) => value === choice)?.endsAt
  return at === undefined || Number.isNaN(at) ? 'no end chosen' : `ends ${dateOf(at)}`
}
