import { LRUCache } from 'lru-cache'
import {
  addToWindow,
  decideRemainder,
  emptyWindow,
  moveWindow,
  type Remainder,
  type RequestWindow,
} from '#lib/policy/request-window.ts'
import type { Stopwatch } from '#lib/time/stopwatch.ts'

/** What is limited: a token, all tokens of an account, or all that a network sends. */
export type LimitPolicy = 'token' | 'tenant' | 'address'

/** One limit that a request meets. */
export type Limit = {
  readonly policy: LimitPolicy
  /** Whose limit it is, within the policy. */
  readonly key: string
  /** Requests per minute, at least 1. */
  readonly quota: number
}

/** What is left of a limit, after a request. */
export type Allowance = Remainder & Pick<Limit, 'policy' | 'quota'>

/** Whether a request was let through, and what is left; `refusing` is what stands against it. */
export type Spending = { readonly allowances: readonly Allowance[]; readonly refusing: readonly Allowance[] }

/** Requests that were let through, by policy and key: what processes tell each other. */
export type SpentCount = readonly [policy: LimitPolicy, key: string, count: number]

/** Counts requests by limit. */
export type RequestLimiter = {
  /** Counts a request in each of its limits if every one of them has room for it, and in none otherwise. */
  spend(limits: readonly Limit[]): Spending
  /** Counts what other processes let through. */
  add(counts: readonly SpentCount[]): void
  /** What was let through here since it was taken last; from the first call on, this is remembered. */
  take(): readonly SpentCount[]
}

// Of each policy, some 300 bytes each, since keys are ids and networks: strangers' addresses must not crowd out what is proven.
const WINDOWS_MAX = 50_000

const createWindows = (): Readonly<Record<LimitPolicy, LRUCache<string, RequestWindow>>> => ({
  token: new LRUCache({ max: WINDOWS_MAX }),
  tenant: new LRUCache({ max: WINDOWS_MAX }),
  address: new LRUCache({ max: WINDOWS_MAX }),
})

/** An empty limiter; its memory is bounded, the least recent keys are forgotten first. */
export const createRequestLimiter = (stopwatch: Stopwatch): RequestLimiter => {
  const windows = createWindows()
  let untold: Map<string, { readonly spent: Omit<Limit, 'quota'>; count: number }> | undefined

  const windowOf = ({ policy, key }: Omit<Limit, 'quota'>, now: number): RequestWindow => {
    const known = windows[policy].get(key)
    if (known) {
      moveWindow(known, now)
      return known
    }
    const window = emptyWindow()
    windows[policy].set(key, window)
    return window
  }
  const remember = (spent: Limit): void => {
    const name = `${spent.policy} ${spent.key}`
    const told = untold?.get(name)
    if (told) told.count += 1
    else untold?.set(name, { spent, count: 1 })
  }
  return {
    spend: (limits) => {
      const now = stopwatch.seconds()
      const met = limits.map((limit) => ({ ...limit, window: windowOf(limit, now) }))
      const isLetThrough = met.every(({ window, quota }) => window.total < quota)
      if (isLetThrough)
        for (const limit of met) {
          addToWindow(limit.window, now, 1)
          remember(limit)
        }
      const allowances = met.map(({ policy, quota, window }) => ({
        policy,
        quota,
        ...decideRemainder(window, quota, now),
      }))
      return { allowances, refusing: isLetThrough ? [] : allowances.filter(({ remaining }) => remaining === 0) }
    },
    add: (counts) => {
      const now = stopwatch.seconds()
      for (const [policy, key, count] of counts) addToWindow(windowOf({ policy, key }, now), now, count)
    },
    take: () => {
      const taken = [...(untold?.values() ?? [])]
      untold = new Map()
      return taken.map(({ spent: { policy, key }, count }) => [policy, key, count])
    },
  }
}
