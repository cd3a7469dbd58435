import { LRUCache } from 'lru-cache'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { TokenUse, UsageCounter } from '#lib/tokens/usage-counter.ts'
import { decidePlaces, type NewPlace } from '#lib/usage/decide-places.ts'
import { agentOf, networkOf, type Place } from '#lib/usage/place.ts'
import type { PlaceStore } from '#lib/usage/place-store.ts'
import { textBytes } from '#lib/verdict/memory-size.ts'

/** What noticing new places needs of the world. */
export type PlacePorts = { readonly randomness: Randomness; readonly placeStore: PlaceStore }

/** Notices where tokens are used from: in memory as it happens, in the store when flushed. */
export type PlaceRecorder = UsageCounter & {
  /** Writes places that were not known, and tells of those that are news; what could not be written waits. */
  flush(): Promise<void>
}

type Sighting = Place & Pick<TokenUse, 'at' | 'address' | 'requestId'>

// Texts that were looked up before. One that fell out is read again from the store, once.
const KNOWN_MAX = 50_000
/** What each of the three memories may take: an agent has 256 characters at most, and usually 20. */
const KNOWN_BYTES_MAX = 16 * 1024 * 1024
const KNOWN_BYTES = 100
const USE_BYTES = 400

const textBound = {
  max: KNOWN_MAX,
  maxSize: KNOWN_BYTES_MAX,
  sizeCalculation: (_: true, key: string) => KNOWN_BYTES + textBytes(key),
}
const useBound = {
  max: KNOWN_MAX,
  maxSize: KNOWN_BYTES_MAX,
  sizeCalculation: ({ address, agent }: TokenUse) => USE_BYTES + textBytes(address, agent),
}
// More than these in a second are left for their next use.
const WAITING_MAX = 5000
const SLICE = 500

const sightingsOf = ({ tenantId, tokenId, at, address, agent, requestId }: TokenUse): readonly Sighting[] => {
  const network = address === undefined ? undefined : networkOf(address)
  const place = { tenantId, tokenId, at, address, requestId }
  return [
    ...(network === undefined ? [] : [{ ...place, kind: 'network' as const, value: network }]),
    { ...place, kind: 'agent' as const, value: agentOf(agent) },
  ]
}

const keyOf = ({ tenantId, tokenId, kind, value }: Place): string => [tenantId, tokenId, kind, value].join('/')

const eventOf = ({ randomness }: PlacePorts, { sighting, token }: NewPlace<Sighting>): AuditEvent => ({
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

const record = (ports: PlacePorts, sightings: readonly Sighting[]): Promise<void> =>
  rerunWhenStale(async () => {
    const tokens = await ports.placeStore.tokens(sightings)
    const found = decidePlaces(sightings, tokens)
    if (found.length === 0) return
    const places = found.map(({ sighting }) => ({
      tenantId: sighting.tenantId,
      tokenId: sighting.tokenId,
      kind: sighting.kind,
      value: sighting.value,
      firstSeenAt: sighting.at,
    }))
    const news = found.filter(({ isNews }) => isNews)
    await ports.placeStore.add(
      places,
      news.map((place) => eventOf(ports, place)),
    )
  })

/** An empty recorder. A known place costs one look-up in memory; only accepted uses are looked at. */
export const createPlaceRecorder = (ports: PlacePorts): PlaceRecorder => {
  const knownUses = new LRUCache<string, true>(textBound)
  const knownPlaces = new LRUCache<string, true>(textBound)
  // Most uses of a token come from where its last one came from: no key has to be built for those.
  const lastKnown = new LRUCache<string, TokenUse>(useBound)
  const waiting = new Map<string, TokenUse>()
  let turn: Promise<void> = Promise.resolve()

  const flushNow = async (): Promise<void> => {
    const uses = [...waiting]
    const sightings = new Map<string, Sighting>()
    for (const [, use] of uses) {
      for (const sighting of sightingsOf(use)) {
        const key = keyOf(sighting)
        if (!knownPlaces.has(key)) sightings.set(key, sightings.get(key) ?? sighting)
      }
    }
    const all = [...sightings]
    for (let start = 0; start < all.length; start += SLICE) {
      const slice = all.slice(start, start + SLICE)
      await record(
        ports,
        slice.map(([, sighting]) => sighting),
      )
      for (const [key] of slice) knownPlaces.set(key, true)
    }
    for (const [key] of uses) {
      waiting.delete(key)
      knownUses.set(key, true)
    }
  }

  const isLikeLast = ({ tenantId, tokenId, address, agent }: TokenUse): boolean => {
    const last = lastKnown.get(tokenId)
    return last !== undefined && last.tenantId === tenantId && last.address === address && last.agent === agent
  }

  return {
    count: (use) => {
      if (use.outcome === 'refused' || isLikeLast(use)) return
      const key = `${use.tenantId}/${use.tokenId}/${use.address ?? ''}/${use.agent ?? ''}`
      if (knownUses.has(key)) {
        lastKnown.set(use.tokenId, use)
        return
      }
      if (!waiting.has(key) && waiting.size < WAITING_MAX) waiting.set(key, use)
    },
    flush: () => {
      turn = turn.catch(() => undefined).then(flushNow)
      return turn
    },
  }
}
