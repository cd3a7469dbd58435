import { expect, it } from 'vitest'
import { decideRestored, isRowOf, type RestoredReason } from '#db/witness/decide-restored.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'

const ROW: WitnessRow = [5, 'token', 'acme/t5', 1]
const seen = { incarnation: 'first', seq: 5, row: ROW }
const database = { incarnation: 'first', newest: 5, row: ROW }
const founded = { incarnation: 'first', seq: 5, row: undefined }

it.each<[string, Parameters<typeof decideRestored>, RestoredReason | undefined]>([
  ['the same', [database, seen], undefined],
  ['newer than its witness, as after a crash', [{ ...database, newest: 6 }, seen], undefined],
  ['older', [{ ...database, newest: 4, row: undefined }, seen], 'older'],
  ['as new, with another change', [{ ...database, row: [5, 'token', 'acme/other', 1] }, seen], 'diverged'],
  ['as new, without that change', [{ ...database, row: undefined }, seen], 'diverged'],
  ['of another life', [{ ...database, incarnation: 'second' }, seen], 'other'],
  ['known, and its witness is gone', [database, undefined], 'missing'],
  ['new, without a witness', [{ incarnation: undefined, newest: 0, row: undefined }, undefined], undefined],
  ['of before there were witnesses', [{ ...database, incarnation: null }, undefined], undefined],
  ['of before, beside a witness that has seen more', [{ ...database, incarnation: null }, seen], 'other'],
  ['of before, and its first start broke off', [{ ...database, incarnation: null }, founded], undefined],
  ['of before, older than that start', [{ ...database, incarnation: null, newest: 4 }, founded], 'other'],
  ['empty, beside a witness', [{ incarnation: undefined, newest: 0, row: undefined }, seen], 'other'],
  ['just founded', [database, founded], undefined],
  ['older than when it was founded', [{ ...database, newest: 4 }, founded], 'older'],
])('a database that is %s', (_, given, reason) => {
  expect(decideRestored(...given)).toBe(reason)
})

it('recognises a row by all that it says', () => {
  expect(isRowOf(ROW, [5, 'token', 'acme/t5', 1, []])).toBe(true)
  for (const other of [
    [4, 'token', 'acme/t5', 1],
    [5, 'user', 'acme/t5', 1],
    [5, 'token', 'x', 1],
    [5, 'token', 'acme/t5', 2],
  ] as const)
    expect(isRowOf(ROW, other)).toBe(false)
  expect(isRowOf(ROW, undefined)).toBe(false)
})
