import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { createPacker, createUnpacker, type PackedLists, packOutcome, unpackOutcome } from '#db/writer/packed-lists.ts'
import type { Outcome, Statement } from '#db/writer/writer.ts'

const statement = (sql: string, ...params: readonly unknown[]): Statement => ({ sql, params, expect: 1 })
/** As it arrives in another thread. */
const copied = (packed: PackedLists): PackedLists => deserialize(serialize(packed)) as PackedLists

describe('lists', () => {
  it('arrive as they were sent', () => {
    const lists = [
      [statement('insert', 'ada', 7, 7.5, null, -1), { ...statement('delete'), expect: 'any' as const }],
      [],
      [{ ...statement('insert', 2n ** 60n, ''), toFeed: true as const }],
    ]
    const [pack, unpack] = [createPacker(), createUnpacker()]
    for (let round = 0; round < 3; round += 1) expect(unpack(copied(pack(lists)))).toEqual(lists)
    expect(unpack(copied(pack([])))).toEqual([])
  })

  it('carry the bytes of a parameter', () => {
    const bytes = new Uint8Array([1, 0, 2])
    const [list] = createUnpacker()(copied(createPacker()([[statement('insert', bytes)]])))
    expect(list?.map(({ params: [sent] }) => sent)).toEqual([bytes])
  })

  it('carry each text once', () => {
    const pack = createPacker()
    expect(
      pack([[statement('insert', 'a'), statement('insert', 'b')]]).filter((cell) => cell === 'insert'),
    ).toHaveLength(1)
    expect(pack([[statement('insert', 'c')]])).not.toContain('insert')
  })

  it('carry texts that come late each time, of which there may be any number', () => {
    const [pack, unpack] = [createPacker(), createUnpacker()]
    const lists = Array.from({ length: 1200 }, (_, n) => [statement(`select ${n}`)])
    for (let round = 0; round < 2; round += 1) expect(unpack(copied(pack(lists)))).toEqual(lists)
    expect(pack([[statement('select 5')]])).not.toContain('select 5')
    expect(pack([[statement('select 1100')]])).toContain('select 1100')
  })

  it('are never taken for others when something was lost on the way', () => {
    const [pack, unpack] = [createPacker(), createUnpacker()]
    unpack(pack([[statement('insert', 'a')]]))
    pack([[statement('lost', 'b')]])
    expect(unpack(pack([[statement('delete', 'c')]]))).toEqual([[statement('delete', 'c')]])
    expect(() => unpack(pack([[statement('lost', 'd')]]))).toThrow('a statement came whose text did not')
  })
})

describe('outcomes', () => {
  it.each<Outcome>([
    { kind: 'done', rows: [] },
    { kind: 'done', rows: [[], []] },
    { kind: 'done', rows: [[], [['ada']]] },
    { kind: 'conflict', at: 2 },
    { kind: 'failed', failure: { kind: 'unique', internal: 'SQLITE_CONSTRAINT' } },
  ])('arrive as they were sent: %j', (outcome) => {
    expect(unpackOutcome(packOutcome(outcome))).toEqual(outcome)
  })

  it('without a row are a number', () => {
    expect(packOutcome({ kind: 'done', rows: [[], [], []] })).toBe(3)
  })
})
