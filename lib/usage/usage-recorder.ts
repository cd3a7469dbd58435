import type { Log } from '#lib/errors/log.ts'
import { dayOf } from '#lib/tokens/retired-use.ts'
import type { TokenUse, UsageCounter } from '#lib/tokens/usage-counter.ts'
import { createRetiredUses } from '#lib/usage/retired-uses.ts'
import type { CredentialLastUse, DayUse, UsageBatch, UsageStore } from '#lib/usage/usage-store.ts'

/** Counts uses in memory and writes them in batches, together with what people are told of them. */
export type UsageRecorder = UsageCounter & {
  /**
   * Writes what was counted since the last flush, one after another. What could not be written stays counted for the
   * next one; rejects with what the store throws.
   */
  flush(): Promise<void>
}

type Mutable<Row> = { -readonly [Name in keyof Row]: Row[Name] }
type Counted = {
  readonly days: Map<string, Mutable<DayUse>>
  readonly credentials: Map<string, Mutable<CredentialLastUse>>
}

const BATCH_ROWS = 500
// Some 20 MB at worst. While the store is away longer than this lasts, further keys are not counted.
const KEYS_MAX = 50_000

const empty = (): Counted => ({ days: new Map(), credentials: new Map() })

const add = <Row>(rows: Map<string, Row>, key: string, row: Row): boolean => {
  if (rows.size >= KEYS_MAX) return false
  rows.set(key, row)
  return true
}

const addDay = ({ days }: Counted, use: DayUse): boolean => {
  const key = `${use.tenantId}/${use.tokenId}/${use.day}/${use.outcome}`
  const known = days.get(key)
  if (!known) return add(days, key, { ...use })
  known.count += use.count
  return true
}

// A later use replaces an earlier one, whichever comes first.
const addCredential = ({ credentials }: Counted, use: CredentialLastUse): boolean => {
  const key = `${use.tenantId}/${use.tokenId}/${use.credentialId}`
  const known = credentials.get(key)
  if (!known) return add(credentials, key, { ...use })
  if (use.lastUsedAt >= known.lastUsedAt) {
    known.lastUsedAt = use.lastUsedAt
    known.address = use.address
    known.agent = use.agent
  }
  return true
}

const addUse = (counted: Counted, use: TokenUse): boolean => {
  const { tenantId, tokenId, credentialId, outcome, at, address = null, agent = null } = use
  const kept = addDay(counted, { tenantId, tokenId, day: dayOf(at), outcome, count: 1 })
  // A refused use says nothing about who holds the credential: it never moves the last use.
  if (outcome === 'refused') return kept
  return addCredential(counted, { tenantId, tokenId, credentialId, lastUsedAt: at, address, agent }) && kept
}

const batchesOf = ({ days, credentials }: Counted): readonly UsageBatch[] => {
  const slices = <Row>(rows: Map<string, Row>): readonly (readonly Row[])[] => {
    const all = [...rows.values()]
    return Array.from({ length: Math.ceil(all.length / BATCH_ROWS) }, (_, index) =>
      all.slice(index * BATCH_ROWS, (index + 1) * BATCH_ROWS),
    )
  }
  return [
    ...slices(days).map((rows) => ({ days: rows, credentials: [] })),
    ...slices(credentials).map((rows) => ({ days: [], credentials: rows })),
  ]
}

const putBack = (counted: Counted, batches: readonly UsageBatch[]): number => {
  const kept = batches.flatMap(({ days, credentials }) => [
    ...days.map((use) => addDay(counted, use)),
    ...credentials.map((use) => addCredential(counted, use)),
  ])
  return kept.filter((was) => !was).length
}

/** An empty recorder. Its memory is bounded: at most 50,000 tokens' days and as many credentials wait to be written. */
export const createUsageRecorder = ({ usageStore, log }: { readonly usageStore: UsageStore; readonly log: Log }) => {
  const retired = createRetiredUses()
  let counted = empty()
  let lost = 0
  let turn: Promise<void> = Promise.resolve()

  const tellRetired = async (): Promise<void> => {
    const events = retired.take()
    try {
      await usageStore.tellOnce(events)
    } catch (thrown) {
      retired.putBack(events)
      throw thrown
    }
  }

  const flushNow = async (): Promise<void> => {
    const batches = batchesOf(counted)
    counted = empty()
    if (lost > 0) log.error(`usage: ${lost} uses were not counted, too many waited to be written`)
    lost = 0
    for (const [index, batch] of batches.entries()) {
      try {
        await usageStore.add(batch)
      } catch (thrown) {
        lost += putBack(counted, batches.slice(index))
        throw thrown
      }
    }
    await tellRetired()
  }

  const recorder: UsageRecorder = {
    count: (use) => {
      retired.note(use)
      if (!addUse(counted, use)) lost += 1
    },
    flush: () => {
      turn = turn.catch(() => undefined).then(flushNow)
      return turn
    },
  }
  return recorder
}
