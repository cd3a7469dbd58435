import type { GuessCount, GuessScope } from '#lib/sign-in/guess-policy.ts'

/** One bucket: a scope, and the HMAC of what it is counted for. */
export type GuessKey = { readonly scope: GuessScope; readonly digest: string }

/** One more failure in a bucket, and the count on which that was decided. */
export type CountedGuess = {
  readonly key: GuessKey
  readonly seen: GuessCount | undefined
  readonly next: GuessCount
}

/** Failed guesses, exact across processes. */
export type GuessStore = {
  /** The counts of these buckets, in their order. */
  read(keys: readonly GuessKey[]): Promise<readonly (GuessCount | undefined)[]>
  /** Writes all of them, or none and false if any count is no longer the one that was seen. */
  count(guesses: readonly CountedGuess[]): Promise<boolean>
  /** After the attempt: takes one failure back, or forgets the bucket. */
  settle(keys: { readonly giveBack: readonly GuessKey[]; readonly forget: readonly GuessKey[] }): Promise<void>
  /** Deletes buckets whose last failure lies before a NumericDate. */
  purge(before: number): Promise<void>
}
