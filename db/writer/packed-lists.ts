import type { Outcome, RawRows, Statement } from '#db/writer/writer.ts'

type Lists = readonly (readonly Statement[])[]

/**
 * Lists on their way to another thread, in one dense array: how many there are, and for each how many statements; for each of
 * these its text, what it expects, whether it appends to the feed, how many parameters it has, and these. What crosses is
 * copied: lists as objects, their texts in full, took 14 µs each to receive, this takes 4.
 */
export type PackedLists = readonly unknown[]

/** An outcome on its way back; the number of its statements, where all was done and none has a row. */
export type PackedOutcome = Outcome | number

// A text that both sides have seen is named by its place among them; those that come late cross each time.
const TEXTS_MAX = 1000
const NO_PLACE = -1

/** Packs for one receiver, who must unpack everything, in order. */
export const createPacker = (): ((lists: Lists) => PackedLists) => {
  const places = new Map<string, number>()
  const take = (sql: string): number => {
    if (places.size === TEXTS_MAX) return NO_PLACE
    places.set(sql, places.size)
    return places.size - 1
  }
  return (lists) => {
    const packed: unknown[] = [lists.length]
    for (const list of lists) {
      packed.push(list.length)
      for (const { sql, params, expect, toFeed } of list) {
        const place = places.get(sql)
        if (place === undefined) packed.push(sql, take(sql))
        else packed.push(place)
        packed.push(expect, toFeed === true, params.length)
        for (const param of params) packed.push(param)
      }
    }
    return packed
  }
}

/** Unpacks what one packer packed. Throws where a text was never seen: something was lost on the way. */
export const createUnpacker = (): ((packed: PackedLists) => Lists) => {
  const texts = new Map<unknown, string>()
  return (packed) => {
    let at = 0
    const next = (): unknown => packed[at++]
    const times = <Item>(make: () => Item): readonly Item[] => {
      const items: Item[] = []
      for (let left = Number(next()); left > 0; left -= 1) items.push(make())
      return items
    }
    const text = (): string => {
      const named = next()
      if (typeof named === 'string') {
        const place = next()
        if (place !== NO_PLACE) texts.set(place, named)
        return named
      }
      const known = texts.get(named)
      if (known === undefined) throw new Error('a statement came whose text did not')
      return known
    }
    const statement = (): Statement => {
      const sql = text()
      const expect = next() as Statement['expect']
      const toFeed = next() === true
      const params = times(next)
      return toFeed ? { sql, params, expect, toFeed } : { sql, params, expect }
    }
    return times(() => times(statement))
  }
}

const NO_ROWS: RawRows = []

/** Packs an outcome. */
export const packOutcome = (outcome: Outcome): PackedOutcome =>
  outcome.kind === 'done' && outcome.rows.every(({ length }) => length === 0) ? outcome.rows.length : outcome

/** Unpacks it. */
export const unpackOutcome = (packed: PackedOutcome): Outcome =>
  typeof packed === 'number' ? { kind: 'done', rows: Array.from({ length: packed }, () => NO_ROWS) } : packed
