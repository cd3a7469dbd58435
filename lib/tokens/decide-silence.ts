import { DAY_SECONDS } from '#lib/time/duration.ts'

/** Seconds of use before a rotation in which the rhythm of a token is looked for. */
export const RHYTHM_SECONDS = 30 * DAY_SECONDS

/** The least silence after which a former credential is taken for replaced. */
export const SILENCE_SECONDS_MIN = DAY_SECONDS

/** What is known of the use around a rotation; times are NumericDates. */
export type RotationUse = {
  readonly rotatedAt: number
  /** When the token was made. */
  readonly createdAt: number
  /** Days (first seconds) with use in the 30 days before the rotation, oldest first. */
  readonly usedDays: readonly number[]
  readonly formerUsedAt: number | undefined
  readonly currentUsedAt: number | undefined
}

/** Whether a former credential has been silent long enough, and since when it must have been. */
export type SilenceDecision = { readonly finish: true; readonly silentSince: number } | { readonly finish: false }

/** The longest time between two days of use before the rotation; the beginning and the rotation count as well. */
const longestPause = ({ rotatedAt, createdAt, usedDays }: RotationUse): number => {
  const begin = Math.max(createdAt, rotatedAt - RHYTHM_SECONDS)
  // Days are named by their first second: the first of them may lie before the beginning.
  const marks = [begin, ...usedDays.map((day) => Math.min(Math.max(day, begin), rotatedAt)), rotatedAt]
  return Math.max(...marks.map((mark, index) => mark - (marks[index - 1] ?? mark)))
}

/**
 * A rotation may finish by itself when the new credential was used within the last day (the token works), and the former
 * one was silent since the rotation or its last use for a day, or for half as long again as the token's longest pause
 * before: what runs on Mondays is not silent on a Tuesday. Pure.
 */
export const decideSilence = (use: RotationUse, now: number): SilenceDecision => {
  const needed = Math.max(SILENCE_SECONDS_MIN, Math.ceil(longestPause(use) * 1.5))
  const silentSince = now - needed
  const works = use.currentUsedAt !== undefined && use.currentUsedAt > now - SILENCE_SECONDS_MIN
  const isSilent = Math.max(use.formerUsedAt ?? 0, use.rotatedAt) <= silentSince
  return works && isSilent ? { finish: true, silentSince } : { finish: false }
}
