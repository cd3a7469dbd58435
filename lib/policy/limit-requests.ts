import { PortalError } from '#lib/errors/portal-error.ts'
import { networkOf } from '#lib/policy/network-of.ts'
import {
  type Allowance,
  createRequestLimiter,
  type Limit,
  type LimitPolicy,
  type RequestLimiter,
} from '#lib/policy/request-limiter.ts'
import type { Stopwatch } from '#lib/time/stopwatch.ts'

/** Requests per minute that each account and each address has on the token plane; undefined: as many as it likes. */
export type RequestQuotas = { readonly tenant: number | undefined; readonly address: number | undefined }

/** What its limits said of one request: written where they are asked, told to the client where it is answered. */
export type LimitNotes = { allowances: readonly Allowance[]; isCounted: boolean }

const NOTHING_MET: readonly Allowance[] = []

/** The notes of a request that has met no limit yet. */
export const newLimitNotes = (): LimitNotes => ({ allowances: NOTHING_MET, isCounted: false })

/** A token of whose credential it is proven that it is good. */
export type LimitedToken = {
  readonly tenantId: string
  readonly id: string
  /** Null: no limit of its own. */
  readonly requestsPerMinute: number | null
}

/** Refuses what is too much, `request.rate_limited`. Where no limit is set, nothing is counted and nothing remembered. */
export type RequestLimits = Pick<RequestLimiter, 'add' | 'take'> & {
  /** What stands against a request of this address, before anything of it is read; undefined: nothing, it is counted. */
  refusalOfAddress(address: string | undefined, notes: LimitNotes): PortalError | undefined
  /** The same of a token and its account; only of a token that is good, and once for each request's notes (rule 9). */
  refusalOfToken(token: LimitedToken, notes: LimitNotes): PortalError | undefined
}

const WHOSE: Readonly<Record<LimitPolicy, string>> = {
  token: 'This token',
  tenant: 'All tokens of this account together',
  address: 'This address',
}

const refusalFor = ({ policy, quota, seconds }: Allowance, others: readonly Allowance[]): PortalError =>
  new PortalError('request.rate_limited', {
    detail: `${WHOSE[policy]} may send ${quota} ${quota === 1 ? 'request' : 'requests'} a minute.`,
    retryAfterSeconds: Math.max(seconds, ...others.map((other) => other.seconds)),
  })

// An address that nobody trustworthy says is one address like any other.
const UNKNOWN = 'unknown'

const limitsOfToken = (
  { tenantId, id, requestsPerMinute }: LimitedToken,
  { tenant }: RequestQuotas,
): readonly Limit[] => [
  ...(requestsPerMinute === null
    ? []
    : [{ policy: 'token' as const, key: `${tenantId}/${id}`, quota: requestsPerMinute }]),
  ...(tenant === undefined ? [] : [{ policy: 'tenant' as const, key: tenantId, quota: tenant }]),
]

/** The limits of a process, of which nothing was used yet. */
export const createRequestLimits = (quotas: RequestQuotas, stopwatch: Stopwatch): RequestLimits => {
  const limiter = createRequestLimiter(stopwatch)
  const spend = (limits: readonly Limit[], notes: LimitNotes): PortalError | undefined => {
    const { allowances, refusing } = limiter.spend(limits)
    const [first, ...others] = refusing
    // Whoever is refused hears of what stands against it alone, so that no reset is later than Retry-After.
    notes.allowances = first ? refusing : [...allowances, ...notes.allowances]
    return first && refusalFor(first, others)
  }
  return {
    add: limiter.add,
    take: limiter.take,
    refusalOfAddress: (address, notes) => {
      if (quotas.address === undefined) return undefined
      const key = address === undefined ? UNKNOWN : networkOf(address)
      return spend([{ policy: 'address', key, quota: quotas.address }], notes)
    },
    refusalOfToken: (token, notes) => {
      if ((token.requestsPerMinute === null && quotas.tenant === undefined) || notes.isCounted) return undefined
      notes.isCounted = true
      return spend(limitsOfToken(token, quotas), notes)
    },
  }
}
