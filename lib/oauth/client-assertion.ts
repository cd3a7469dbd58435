import { compactVerify } from 'jose'
import { z } from 'zod'
import { readCompactJws } from '#lib/keys/compact-jws.ts'
import { CLIENT_ALGORITHMS, type ClientAlgorithm, type ClientKey } from '#lib/keys/public-key-set.ts'
import { DECOY_KEYS } from '#lib/oauth/decoy-keys.ts'
import type { StoredClientKeys } from '#lib/oauth/oauth-store.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'

/** The one `client_assertion_type` that is taken (RFC 7523 §2.2). */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A well-formed assertion: whom it says it is of, and the key it names. Nothing of it is believed yet. */
export type PresentedAssertion = {
  readonly text: string
  readonly clientId: string
  readonly alg: ClientAlgorithm
  readonly kid: string | undefined
}

// No jwk, jku, x5u, x5c, crit, b64 or zip: the registered key alone decides (RFC 8725 §3.1, §3.10). A JWT of another kind
// says so in its `typ` (§3.11); many libraries say none, or JWT.
const header = z.strictObject({
  alg: z.enum(CLIENT_ALGORITHMS),
  kid: z.string().max(128).optional(),
  typ: z
    .string()
    .regex(/^(?:application\/)?(?:jwt|client-authentication\+jwt)$/i)
    .optional(),
  x5t: z.string().optional(),
  'x5t#S256': z.string().optional(),
})

const numericDate = z.number().int().nonnegative()

const claims = z.looseObject({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.tuple([z.string()]).transform(([only]) => only)]),
  exp: numericDate,
  iat: numericDate.optional(),
  nbf: numericDate.optional(),
  jti: z.string().min(1),
})

/** What an assertion says (RFC 7523 §3). */
export type AssertionClaims = z.output<typeof claims>

/** Reads an assertion as far as can be before its client is known; undefined for what nobody could verify. */
export const inspectAssertion = (text: string): PresentedAssertion | undefined => {
  const jws = readCompactJws(text)
  const named = header.safeParse(jws?.header())
  const said = claims.pick({ sub: true }).safeParse(jws?.claims())
  if (!named.success || !said.success) return undefined
  const { alg, kid } = named.data
  return { text, clientId: said.data.sub, alg, kid }
}

// RFC 9864 §2.2: EdDSA with an Ed25519 key and Ed25519 are two names of one algorithm.
const sameAlgorithm = (one: ClientAlgorithm, other: ClientAlgorithm): boolean =>
  one === other || (DECOY_KEYS[one] === DECOY_KEYS.Ed25519 && DECOY_KEYS[other] === DECOY_KEYS.Ed25519)

// At most one of a set: several have a kid each, and a client that does not name one is not guessed at.
const keyNamed = ({ keySet: { keys } }: StoredClientKeys, { alg, kid }: PresentedAssertion): ClientKey | undefined => {
  const fitting = (key: ClientKey): boolean =>
    sameAlgorithm(key.alg, alg) && (kid === undefined || key.kid === undefined || key.kid === kid)
  const [only, ...others] = kid === undefined && keys.length > 1 ? [] : keys.filter(fitting)
  return others.length === 0 ? only : undefined
}

const payloadBy = async (key: Readonly<Record<string, string | undefined>>, { text, alg }: PresentedAssertion) => {
  // The name of the algorithm is the header's, and one that this key goes by.
  const { kty = '', ...numbers } = key
  const verified = await compactVerify(text, { ...numbers, kty, alg }, { algorithms: [alg] }).catch(() => undefined)
  return verified?.payload
}

// The one that is good, and the one that a rotation leaves beside it or has just ended.
const SETS_TRIED = 2

/** An assertion whose signature is of a registered key: what it says, and the credential it proves. */
export type VerifiedAssertion = { readonly claims: AssertionClaims; readonly credentialId: string }

/**
 * Verifies an assertion against the two sets of keys that end last, of those its client registered, each key by its own algorithm.
 * The work is the same whatever the client has: where there is no key to verify against, there is a decoy. Undefined for
 * a signature of nobody's and for claims that lack what RFC 7523 §3 asks for; whether they are good now is not said.
 */
export const verifyAssertion = async (
  assertion: PresentedAssertion,
  sets: readonly StoredClientKeys[],
): Promise<VerifiedAssertion | undefined> => {
  const tried = await Promise.all(
    Array.from({ length: SETS_TRIED }, async (_, index) => {
      const set = sets[index]
      const key = set && keyNamed(set, assertion)
      const payload = await payloadBy(key ?? DECOY_KEYS[assertion.alg], assertion)
      return set && key && payload ? { credentialId: set.id, payload } : undefined
    }),
  )
  const verified = tried.find((one) => one !== undefined)
  if (!verified) return undefined
  const parsed = claims.safeParse(JSON.parse(new TextDecoder().decode(verified.payload)))
  return parsed.success ? { claims: parsed.data, credentialId: verified.credentialId } : undefined
}

const ASSERTION_SECONDS_MAX = 5 * MINUTE_SECONDS

const CLOCK_SKEW_SECONDS = MINUTE_SECONDS

/** Whether an assertion is good now, and if not, why; the log alone is told. */
export type AssertionDecision = { readonly good: true } | { readonly good: false; readonly why: string }

/**
 * Decides on what a verified assertion says (RFC 7523 §3): of itself, for us alone, for the next five minutes at most.
 * `issuers` are the names of this authorization server. Pure; whether its `jti` was used before is not known here.
 */
export const decideAssertion = (
  said: AssertionClaims,
  { issuers, now }: { readonly issuers: readonly string[]; readonly now: number },
): AssertionDecision => {
  const because = (why: string): AssertionDecision => ({ good: false, why })
  const { iss, sub, aud, exp, iat = 0, nbf = 0 } = said
  if (iss !== sub) return because('iss and sub differ')
  if (!issuers.includes(aud)) return because('aud is not our issuer')
  if (exp <= now) return because('expired')
  if (exp > now + ASSERTION_SECONDS_MAX) return because('exp is too far ahead')
  if (Math.max(iat, nbf) > now + CLOCK_SKEW_SECONDS) return because('not good yet')
  return { good: true }
}
