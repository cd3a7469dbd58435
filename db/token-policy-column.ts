import { z } from 'zod'
import { STARTING_POLICY as starting, type TokenPolicy } from '#lib/access/token-policy.ts'

// A member that a former version did not know takes the value of a new tenant's policy.
const column = z.object({
  lifetimeSecondsMax: z.number().int().positive().nullable().default(starting.lifetimeSecondsMax),
  neverExpires: z.boolean().default(starting.neverExpires),
  personalTokens: z.boolean().default(starting.personalTokens),
  portalPermissionsInPersonalTokens: z.boolean().default(starting.portalPermissionsInPersonalTokens),
  tokensMax: z.number().int().positive().default(starting.tokensMax),
})

/** Reads the policy column; throws for anything that is no policy. */
export const parseTokenPolicy = (text: string): TokenPolicy => column.parse(JSON.parse(text))

/** The policy as its column holds it. */
export const formatTokenPolicy = (policy: TokenPolicy): string => JSON.stringify(policy)
