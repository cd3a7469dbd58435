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
  /** The rows of a credential's last use, found without building their long keys: most uses are like the last one. */
  readonly recent: Map<string, { readonly day: Mutable<DayUse>; readonly last: Mutable<CredentialLastUse> }>
}

const BATCH_ROWS = 500
// Some 20 MB at worst. While the store is away longer than this lasts, further keys are not counted.
const KEYS_MAX = 50_000

const empty = (): Counted => ({ days: new Map(), credentials: new Map(), recent: new Map() })

// The row under a key, made if there is room for one more.
const rowOf = <Row extends object>(
  rows: Map<string, Mutable<Row>>,
  key: string,
  made: Row,
): Mutable<Row> | undefined => {
  const known = rows.get(key)
  if (known || rows.size >= KEYS_MAX) return known
  const row = { ...made }
  rows.set(key, row)
  return row
}

const addDay = ({ days }: Counted, use: DayUse): Mutable<DayUse> | undefined => {
  const row = rowOf(days, `${use.tenantId}/${use.tokenId}/${use.day}/${use.outcome}`, { ...use, count: 0 })
  if (row) row.count += use.count
  return row
}

type LastUse = Pick<CredentialLastUse, 'lastUsedAt' | 'address' | 'agent'>

// A later use replaces an earlier one, whichever comes first.
const moveForward = (row: Mutable<CredentialLastUse>, { lastUsedAt, address, agent }: LastUse): void => {
  if (lastUsedAt < row.lastUsedAt) return
  row.lastUsedAt = lastUsedAt
  row.address = address
  row.agent = agent
}

const addCredential = ({ credentials }: Counted, use: CredentialLastUse): Mutable<CredentialLastUse> | undefined => {
  const row = rowOf(credentials, `${use.tenantId}/${use.tokenId}/${use.credentialId}`, use)
  if (row) moveForward(row, use)
  return row
}

const addAgain = ({ recent }: Counted, { tenantId, tokenId, credentialId, at, address, agent }: TokenUse): boolean => {
  const known = recent.get(credentialId)
  if (!known || known.day.day !== dayOf(at) || known.day.tokenId !== tokenId || known.day.tenantId !== tenantId)
    return false
  known.day.count += 1
  moveForward(known.last, { lastUsedAt: at, address: address ?? null, agent: agent ?? null })
  return true
}

const addUse = (counted: Counted, use: TokenUse): boolean => {
  const { tenantId, tokenId, credentialId, outcome, at, address = null, agent = null } = use
  if (outcome === 'accepted' && addAgain(counted, use)) return true
  const day = addDay(counted, { tenantId, tokenId, day: dayOf(at), outcome, count: 1 })
  // A refused use says nothing about who holds the credential: it never moves the last use.
  if (outcome === 'refused') return day !== undefined
  const last = addCredential(counted, { tenantId, tokenId, credentialId, lastUsedAt: at, address, agent })
  if (day && last) counted.recent.set(credentialId, { day, last })
  return day !== undefined && last !== undefined
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
  return kept.filter((row) => row === undefined).length
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
