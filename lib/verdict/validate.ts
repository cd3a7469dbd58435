import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { type LimitNotes, newLimitNotes, type RequestLimits } from '#lib/policy/limit-requests.ts'
import type { Clock } from '#lib/time/clock.ts'
import { retirementOf } from '#lib/tokens/retired-use.ts'
import type { TokenUse, UsageCounter } from '#lib/tokens/usage-counter.ts'
import { answerOf } from '#lib/verdict/answer.ts'
import type { ProofReplays } from '#lib/verdict/check-proof.ts'
import { createClaimsCache } from '#lib/verdict/claims-cache.ts'
import { decideVerdict, type Requirements, type Verdict } from '#lib/verdict/decide-verdict.ts'
import { createProofNonces } from '#lib/verdict/proof-nonces.ts'
import { type PresentedProof, type PresentedText, refusalOfProof } from '#lib/verdict/require-proof.ts'
import type { Standing, StandingPorts } from '#lib/verdict/standing.ts'
import { type CacheFigures, createStandings, type Standings } from '#lib/verdict/standings.ts'
import type { Answer } from '#lib/verdict/validation.ts'
import { type AcceptedNames, acceptedNames, type VerifiedClaims, verifyClaims } from '#lib/verdict/verified-claims.ts'

/** A credential and what is asked of it. */
export type ValidationRequest = Requirements & {
  readonly presented: PresentedText
  readonly agent: string | undefined
  /** What the log and the answer call it. */
  readonly requestId?: string | undefined
  /** Only read of a credential in `Authorization: DPoP`. */
  readonly proof?: PresentedProof | undefined
  /** Where its limits are noted, for the answer. */
  readonly limitNotes?: LimitNotes | undefined
}

/** What validating needs of the world. */
export type ValidatePorts = StandingPorts & {
  readonly clock: Clock
  readonly keyRing: KeyRing
  readonly environmentStore: EnvironmentStore
  readonly changeFeed: ChangeFeed
  readonly usageCounter: UsageCounter
  readonly secretRing: SecretRing
  readonly replayStore: ProofReplays
  readonly requestLimits: Pick<RequestLimits, 'refusalOfToken'>
}

/** A credential that is good now, and how its token stands. */
export type Inspection = { readonly claims: VerifiedClaims; readonly standing: Standing }

type Entry = { readonly claims: VerifiedClaims }

const HEADER_OF = { access: 'x-api-key', bearer: 'authorization' } as const

const refusal = ({ code, missing }: Exclude<Verdict, { good: true }>): PortalError =>
  missing ? new PortalError(code, { detail: `The token does not hold ${missing.join(', ')}.` }) : new PortalError(code)

const createVerifier = ({ keyRing, environmentStore }: ValidatePorts) => {
  const cache = createClaimsCache<Entry>()
  // Moves on whenever what was verified before may be good no longer.
  let generation = 0
  let misses = 0
  let names: { readonly of: number; readonly accepted: AcceptedNames } | undefined
  const namesNow = async (of: number): Promise<AcceptedNames> => {
    if (names?.of === of) return names.accepted
    const accepted = acceptedNames(await environmentStore.settings())
    names = { of, accepted }
    return accepted
  }
  return {
    known: (text: string): Entry | undefined => cache.get(text),
    verify: async (text: string): Promise<Entry | undefined> => {
      misses += 1
      const of = generation
      await keyRing.catchUp()
      const claims = await verifyClaims(keyRing, await namesNow(of), text)
      if (!claims) return undefined
      const entry: Entry = { claims }
      // What was verified while keys changed answers this request, but is not kept.
      if (of === generation) cache.set(text, entry)
      return entry
    },
    figures: (): CacheFigures => ({ entries: cache.size(), bytes: cache.bytes(), misses }),
    clear: () => {
      generation += 1
      cache.clear()
    },
  }
}

const count = (
  { usageCounter }: ValidatePorts,
  { address, agent, requestId }: ValidationRequest,
  claims: VerifiedClaims,
  use: Pick<TokenUse, 'outcome' | 'permissions' | 'at' | 'retired'>,
): void => {
  const { tenantId, tokenId } = claims
  const credentialId = claims.purpose === 'bearer' ? tokenId : claims.id
  usageCounter.count({ tenantId, tokenId, credentialId, address, agent, requestId, ...use })
}

// Limits come last: what is refused anyway takes nothing from an account, and hears why it is refused.
const refusalNow = (
  { requestLimits }: ValidatePorts,
  request: ValidationRequest,
  { token }: Standing,
  verdict: Verdict,
): PortalError | undefined =>
  verdict.good ? requestLimits.refusalOfToken(token, request.limitNotes ?? newLimitNotes()) : refusal(verdict)

const answer = (ports: ValidatePorts, request: ValidationRequest, entry: Entry, standing: Standing | undefined) => {
  const { claims } = entry
  if (!standing) throw new PortalError('credential.invalid')
  const now = ports.clock.now()
  const verdict = decideVerdict(standing, claims, request, now)
  const refused = refusalNow(ports, request, standing, verdict)
  const retired = verdict.good ? undefined : retirementOf(standing.token, standing.credentialEnds.get(claims.id), now)
  // What is good holds all that was asked; of the rest only what there is, or whoever holds a token could fill the table.
  const permissions = verdict.good
    ? request.permissions
    : request.permissions.filter((key) => standing.catalog.has(key))
  count(ports, request, claims, { outcome: refused ? 'refused' : 'accepted', permissions, at: now, retired })
  if (refused) throw refused
  return answerOf(standing, entry.claims)
}

// For longer than a standing is kept a credential cannot have gone unnoticed: who presents a removed one costs no reading.
const NEW_SECONDS = 120

// Made on another node, of which this one has not heard yet.
const isNewTo = ({ credentialEnds }: Standing, claims: VerifiedClaims, now: number): boolean => {
  const id = claims.purpose === 'access' ? claims.id : claims.credentialId
  return id !== undefined && !credentialEnds.has(id) && now - claims.issuedAt < NEW_SECONDS
}

// What the feed has not dropped is as good as the feed is; age alone ends nothing while the store cannot be asked.
const lateFor = (standings: Standings, claims: VerifiedClaims, now: number): Standing | undefined => {
  const late = standings.late(claims.tenantId, claims.tokenId)
  return late && !isNewTo(late, claims, now) ? late : undefined
}

const SLOW = Symbol('slow')

const readOrLate = async (standings: Standings, claims: VerifiedClaims, now: number): Promise<Standing | undefined> => {
  const isEnough = (kept: Standing): boolean => !isNewTo(kept, claims, now)
  const reading = standings.readOnce(claims.tenantId, claims.tokenId, isEnough)
  // Nothing to fall back on: no timer for a token that nobody has met.
  if (!lateFor(standings, claims, now)) return reading.found
  try {
    const read = await Promise.race([reading.found, reading.isSlow().then((): typeof SLOW => SLOW)])
    if (read !== SLOW) return read
  } catch (thrown) {
    if (!isPortalError(thrown) || thrown.code !== 'store.unavailable') throw thrown
  }
  standings.catchUp()
  return lateFor(standings, claims, now) ?? reading.found
}

const readersOf = (standings: Standings) => ({
  /** How a token stands now, from the same cache; undefined if there is none. */
  standing: async (tenantId: string, tokenId: string): Promise<Standing | undefined> => {
    standings.catchUp()
    return standings.known(tenantId, tokenId) ?? standings.read(tenantId, tokenId)
  },
  /** The same past the cache, for whom the store met another state than the cache knew. */
  reread: (tenantId: string, tokenId: string): Promise<Standing | undefined> => standings.read(tenantId, tokenId),
})

/** Standings and validation share one cache and one place in the feed. */
export const createValidation = (ports: ValidatePorts) => {
  const verifier = createVerifier(ports)
  const standings: Standings = createStandings(ports, (change) => {
    if (!change || change.kind === 'environment' || change.kind === 'keys') verifier.clear()
  })
  const entryOf = async (text: string): Promise<Entry | undefined> =>
    verifier.known(text) ?? (await verifier.verify(text))
  const knownTo = (claims: VerifiedClaims): Standing | undefined => {
    const known = standings.known(claims.tenantId, claims.tokenId)
    return known && isNewTo(known, claims, ports.clock.now()) ? undefined : known
  }
  const nonces = createProofNonces(ports)
  const findRefusal = refusalOfProof({ ...ports, nonces })
  const requireProof = async (request: ValidationRequest, claims: VerifiedClaims): Promise<void> => {
    const refusal = await findRefusal(request.presented, claims, request.proof)
    if (!refusal) return standings.catchUp()
    const isUse = refusal.code === 'credential.bound' || refusal.code === 'credential.dpop_proof'
    if (isUse && (knownTo(claims) ?? (await standings.read(claims.tenantId, claims.tokenId))))
      count(ports, request, claims, { outcome: 'refused', at: ports.clock.now() })
    throw refusal
  }
  return {
    /**
     * Says whether a credential is good now and what it stands for; counts the use. Throws `credential.*` or `token.*`,
     * `request.rate_limited` for a good one that asks too often, and `store.unavailable` rather than an answer it cannot stand by (rules 3 and 6).
     */
    validate: async (request: ValidationRequest): Promise<Answer> => {
      await standings.caughtUp()
      const { header, text } = request.presented
      const entry = verifier.known(text) ?? (await verifier.verify(text))
      if (!entry) throw new PortalError('credential.invalid')
      const { claims } = entry
      // Before the verdict: who cannot prove that the JWT is theirs learns nothing of how its token stands.
      if (HEADER_OF[claims.purpose] !== header || claims.thumbprint !== undefined) await requireProof(request, claims)
      const standing = knownTo(claims) ?? (await readOrLate(standings, claims, ports.clock.now()))
      return answer(ports, request, entry, standing)
    },
    /**
     * What a JWT stands for, as a tenant may learn it; undefined for any that is not good now or of another tenant, of
     * which nothing is looked at. No use is counted: nobody used it. Throws `store.unavailable`.
     */
    inspect: async (tenantId: string, text: string, address: string | undefined): Promise<Inspection | undefined> => {
      standings.catchUp()
      const claims = (await entryOf(text))?.claims
      if (!claims || claims.tenantId !== tenantId) return undefined
      const standing = knownTo(claims) ?? (await standings.read(tenantId, claims.tokenId))
      const asked = { permissions: [], audience: undefined, address }
      return standing && decideVerdict(standing, claims, asked, ports.clock.now()).good
        ? { claims, standing }
        : undefined
    },
    cacheFigures: () => ({ claims: verifier.figures(), standings: standings.figures() }),
    /** What a client's next proof should say (RFC 9449 §8). */
    proofNonce: (): string => nonces.current(),
    ...readersOf(standings),
  }
}
