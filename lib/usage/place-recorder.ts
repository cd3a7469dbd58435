import { LRUCache } from 'lru-cache'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { TokenUse, UsageCounter } from '#lib/tokens/usage-counter.ts'
import { decidePlaces, PLACES_MAX } from '#lib/usage/decide-places.ts'
import { agentOf, networkOf, type Place, type PlaceKind, tokenKeyOf } from '#lib/usage/place.ts'
import type { NamedToken, PlaceStore } from '#lib/usage/place-store.ts'
import { textBytes, textsBytes } from '#lib/verdict/memory-size.ts'

/** What noticing new places needs of the world. */
export type PlacePorts = { readonly randomness: Randomness; readonly placeStore: PlaceStore }

/** Notices where tokens are used from: in memory as it happens, in the store when flushed. */
export type PlaceRecorder = UsageCounter & {
  /** Writes places that were not known, and tells of those that are news; what could not be written waits. */
  flush(): Promise<void>
}

type Sighting = Place & Pick<TokenUse, 'at' | 'address' | 'requestId'>

type From = Pick<TokenUse, 'tenantId' | 'address' | 'agent'>

/** What is known of a token: where it came from last, and the places that are kept of it. */
type Known = From & {
  readonly networks: readonly string[]
  readonly agents: readonly string[]
}

// Tokens that are known. One that fell out is read again from the store, once.
const KNOWN_MAX = 50_000
const KNOWN_BYTES_MAX = 32 * 1024 * 1024
const KNOWN_BYTES = 200

const knownBound = {
  max: KNOWN_MAX,
  maxSize: KNOWN_BYTES_MAX,
  sizeCalculation: ({ address, agent, networks, agents }: Known, key: string) =>
    KNOWN_BYTES + textBytes(key, address, agent) + textsBytes(networks) + textsBytes(agents),
}
// More than these in a second are left for their next use.
const WAITING_MAX = 5000
// Those of one token are looked through for each of its uses.
const WAITING_OF_TOKEN_MAX = 2 * PLACES_MAX
// Each may be a new network and a new agent.
const SLICE = 250

const sightingsOf = ({ tenantId, tokenId, at, address, agent, requestId }: TokenUse): readonly Sighting[] => {
  const network = address === undefined ? undefined : networkOf(address)
  const place = { tenantId, tokenId, at, address, requestId }
  return [
    ...(network === undefined ? [] : [{ ...place, kind: 'network' as const, value: network }]),
    { ...place, kind: 'agent' as const, value: agentOf(agent) },
  ]
}

const eventOf = ({ randomness }: PlacePorts, sighting: Sighting, token: NamedToken): AuditEvent => ({
  tenantId: token.tenantId,
  id: randomness.orderedUuid(),
  at: sighting.at,
  type: 'token.new_place',
  actor: { kind: 'token', id: token.id, name: token.name },
  target: { kind: 'token', id: token.id, name: token.name },
  requestId: sighting.requestId ?? 'usage',
  address: sighting.address,
  details: { context: token.context, [sighting.kind]: sighting.value },
})

const tell = async (ports: PlacePorts, news: readonly Sighting[]): Promise<readonly AuditEvent[]> => {
  const tokens = await ports.placeStore.named(news)
  return news.flatMap((sighting) => {
    const token = tokens.find(({ tenantId, id }) => tenantId === sighting.tenantId && id === sighting.tokenId)
    return token ? [eventOf(ports, sighting, token)] : []
  })
}

/** Writes what is new, and gives all that is kept of these tokens then. */
const record = (ports: PlacePorts, uses: readonly TokenUse[]): Promise<readonly Place[]> =>
  rerunWhenStale(async () => {
    const kept = await ports.placeStore.placesOf(uses)
    const found = decidePlaces(uses.flatMap(sightingsOf), kept)
    if (found.length === 0) return kept
    const places = found.map(({ sighting: { tenantId, tokenId, kind, value, at } }) => ({
      tenantId,
      tokenId,
      kind,
      value,
      firstSeenAt: at,
    }))
    const news = found.flatMap(({ sighting, isNews }) => (isNews ? [sighting] : []))
    await ports.placeStore.add(places, await tell(ports, news))
    return [...kept, ...places]
  })

const isNewAmong = (values: readonly string[], value: string | undefined): boolean =>
  value !== undefined && values.length < PLACES_MAX && !values.includes(value)

const isFrom = (one: From, other: From): boolean =>
  one.tenantId === other.tenantId && one.address === other.address && one.agent === other.agent

// Most uses of a token come from where its last one came from.
const hasNewPlace = (known: Known, use: TokenUse): boolean => {
  if (isFrom(known, use)) return false
  const network = use.address === undefined ? undefined : networkOf(use.address)
  return isNewAmong(known.networks, network) || isNewAmong(known.agents, agentOf(use.agent))
}

const valuesOf = (places: readonly Place[], kind: PlaceKind): readonly string[] =>
  places.filter((place) => place.kind === kind).map(({ value }) => value)

/** An empty recorder. A known place costs one look-up in memory; only accepted uses are looked at. */
export const createPlaceRecorder = (ports: PlacePorts): PlaceRecorder => {
  const known = new LRUCache<string, Known>(knownBound)
  const waiting = new Map<string, readonly TokenUse[]>()
  let waitingCount = 0
  let turn: Promise<void> = Promise.resolve()

  const wait = (use: TokenUse): void => {
    const others = waiting.get(use.tokenId) ?? []
    const isTooMuch = waitingCount >= WAITING_MAX || others.length >= WAITING_OF_TOKEN_MAX
    if (isTooMuch || others.some((other) => isFrom(other, use))) return
    waiting.set(use.tokenId, [...others, use])
    waitingCount += 1
  }
  const waitNoLonger = (use: TokenUse): void => {
    const others = waiting.get(use.tokenId)?.filter((other) => other !== use) ?? []
    if (others.length > 0) waiting.set(use.tokenId, others)
    else waiting.delete(use.tokenId)
    waitingCount -= 1
  }
  const flushSlice = async (uses: readonly TokenUse[]): Promise<void> => {
    const kept = Map.groupBy(await record(ports, uses), tokenKeyOf)
    for (const use of uses) {
      const { tenantId, tokenId, address, agent } = use
      const places = kept.get(tokenKeyOf(use)) ?? []
      const [networks, agents] = [valuesOf(places, 'network'), valuesOf(places, 'agent')]
      known.set(tokenId, { tenantId, address, agent, networks, agents })
      waitNoLonger(use)
    }
  }
  const flushNow = async (): Promise<void> => {
    const uses = [...waiting.values()].flat()
    for (let start = 0; start < uses.length; start += SLICE) await flushSlice(uses.slice(start, start + SLICE))
  }

  return {
    count: (use) => {
      if (use.outcome === 'refused') return
      const { tenantId, tokenId, address, agent } = use
      const before = known.get(tokenId)
      if (before?.tenantId !== tenantId || hasNewPlace(before, use)) wait(use)
      else if (!isFrom(before, use)) known.set(tokenId, { ...before, address, agent })
    },
    flush: () => {
      turn = turn.catch(() => undefined).then(flushNow)
      return turn
    },
  }
}
