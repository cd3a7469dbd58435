import type { Log } from '#lib/errors/log.ts'
import { dayOf } from '#lib/tokens/retired-use.ts'
import type { TokenUse, UsageCounter } from '#lib/tokens/usage-counter.ts'
import { createRetiredUses } from '#lib/usage/retired-uses.ts'
import type { CredentialLastUse, DayUse, UsageBatch, UsageStore } from '#lib/usage/usage-store.ts'

/** Counts uses in memory and writes them in batches, together with what people are told of them. */
export type UsageRecorder = UsageCounter & {
  /**
   * Writes what was counted since the last flush, one after another. What could not be written stays counted for the
   * next one; rejects with what the store throws. A list whose answer was lost after its commit is written twice: these
   * are counts, not records.
   */
  flush(): Promise<void>
}

type Mutable<Row> = { -readonly [Name in keyof Row]: Row[Name] }

/** The rows that a credential's last uses added to: found without building their long keys, as most uses are like the last one. */
type Recent = Pick<TokenUse, 'tenantId' | 'tokenId'> & {
  readonly day: number
  readonly byPermission: Map<string, Mutable<DayUse>>
  readonly last: Mutable<CredentialLastUse>
}

type Counted = {
  readonly days: Map<string, Mutable<DayUse>>
  readonly credentials: Map<string, Mutable<CredentialLastUse>>
  readonly recent: Map<string, Recent>
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

const addTo = (row: Mutable<DayUse>, { count, asked }: Pick<DayUse, 'count' | 'asked'>): void => {
  row.count += count
  row.asked += asked
}

const addDay = ({ days }: Counted, use: DayUse): Mutable<DayUse> | undefined => {
  const { tenantId, tokenId, day, permission, outcome } = use
  const row = rowOf(days, `${tenantId}/${tokenId}/${day}/${permission}/${outcome}`, { ...use, count: 0, asked: 0 })
  if (row) addTo(row, use)
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

const NOTHING_ASKED = ['']

const askedBy = ({ permissions }: TokenUse): readonly string[] =>
  permissions && permissions.length > 0 ? permissions : NOTHING_ASKED

// A use counts at the first permission it asks for, and each of them is asked for.
const shareOf = (permission: string, place: number): Pick<DayUse, 'count' | 'asked'> => ({
  count: place === 0 ? 1 : 0,
  asked: permission === '' ? 0 : 1,
})

const recentOf = ({ recent }: Counted, { tenantId, tokenId, credentialId, at }: TokenUse): Recent | undefined => {
  const known = recent.get(credentialId)
  const isLikeIt = known?.day === dayOf(at) && known.tokenId === tokenId && known.tenantId === tenantId
  return isLikeIt ? known : undefined
}

const rowsOf = ({ byPermission }: Recent, asked: readonly string[]): readonly Mutable<DayUse>[] | undefined => {
  const rows: Mutable<DayUse>[] = []
  for (const permission of asked) {
    const row = byPermission.get(permission)
    if (!row) return undefined
    rows.push(row)
  }
  return rows
}

const addAgain = (counted: Counted, use: TokenUse): boolean => {
  const known = recentOf(counted, use)
  const rows = known && rowsOf(known, askedBy(use))
  if (!rows) return false
  for (const [place, row] of rows.entries()) addTo(row, shareOf(row.permission, place))
  moveForward(known.last, { lastUsedAt: use.at, address: use.address ?? null, agent: use.agent ?? null })
  return true
}

// Undefined for what there was no room for.
const addDays = (counted: Counted, use: TokenUse): readonly (Mutable<DayUse> | undefined)[] => {
  const { tenantId, tokenId, outcome, at } = use
  return askedBy(use).map((permission, place) =>
    addDay(counted, { tenantId, tokenId, day: dayOf(at), permission, outcome, ...shareOf(permission, place) }),
  )
}

const remember = (
  counted: Counted,
  use: TokenUse,
  rows: readonly Mutable<DayUse>[],
  last: Mutable<CredentialLastUse>,
): void => {
  const { tenantId, tokenId, at } = use
  const known = recentOf(counted, use) ?? { tenantId, tokenId, day: dayOf(at), byPermission: new Map(), last }
  for (const row of rows) known.byPermission.set(row.permission, row)
  counted.recent.set(use.credentialId, known)
}

const addUse = (counted: Counted, use: TokenUse): boolean => {
  const { tenantId, tokenId, credentialId, outcome, at, address = null, agent = null } = use
  if (outcome === 'accepted' && addAgain(counted, use)) return true
  const added = addDays(counted, use)
  const rows = added.filter((row) => row !== undefined)
  const isWhole = rows.length === added.length
  // A refused use says nothing about who holds the credential: it never moves the last use.
  if (outcome === 'refused') return isWhole
  const known = counted.credentials.size
  const last = addCredential(counted, { tenantId, tokenId, credentialId, lastUsedAt: at, address, agent })
  // Of many nothing more is heard: with its second use a credential is one of those that are used again and again.
  if (last && counted.credentials.size === known) remember(counted, use, rows, last)
  return isWhole && last !== undefined
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

type Ports = { readonly usageStore: Pick<UsageStore, 'add' | 'tellOnce'>; readonly log: Log }

/** An empty recorder. Its memory is bounded: at most 50,000 counts and as many credentials wait to be written. */
export const createUsageRecorder = ({ usageStore, log }: Ports) => {
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
