import { expect, it } from 'vitest'
import { decideFollowed, type FeedRow, type Found, type Seen } from '#db/decide-followed.ts'
import { nameIncarnation } from '#db/incarnation.ts'

const [FIRST, SECOND] = [nameIncarnation(100, 'a'), nameIncarnation(200, 'b')]
const row = (seq: number): FeedRow => ({ seq, kind: 'token', key: `acme/${seq}`, at: 1000 + seq })
const SEEN: Seen = { row: row(5), incarnation: FIRST }
const FOUND: Found = { row: row(5), incarnation: FIRST, oldest: 1 }
const NOTHING: Seen = { row: undefined, incarnation: null }

it.each<readonly [string, Seen, Found, ReturnType<typeof decideFollowed>]>([
  ['has what was seen', SEEN, FOUND, 'on'],
  ['has what was seen, and nothing older', SEEN, { ...FOUND, oldest: 5 }, 'on'],
  ['was cleared of older rows meanwhile', SEEN, { ...FOUND, row: undefined, oldest: 8 }, 'anew'],
  ['lacks what was seen', SEEN, { ...FOUND, row: undefined }, 'restored'],
  ['has nothing at all any more', SEEN, { ...FOUND, row: undefined, oldest: undefined }, 'restored'],
  ['has another kind of change in its place', SEEN, { ...FOUND, row: { ...row(5), kind: 'member' } }, 'restored'],
  ['has a change of another token in its place', SEEN, { ...FOUND, row: { ...row(5), key: 'acme/9' } }, 'restored'],
  ['has the same change of another time in its place', SEEN, { ...FOUND, row: { ...row(5), at: 1 } }, 'restored'],
  ['was accepted since, and lacks it', SEEN, { row: undefined, incarnation: SECOND, oldest: 1 }, 'anew'],
  ['was accepted since, and has it', SEEN, { ...FOUND, incarnation: SECOND }, 'anew'],
  ['is of an earlier life', { ...SEEN, incarnation: SECOND }, FOUND, 'restored'],
  ['is of a life of before there were any', SEEN, { ...FOUND, incarnation: null }, 'restored'],
  ['is of an earlier life, and nothing was seen', { ...NOTHING, incarnation: SECOND }, FOUND, 'restored'],
  ['was empty and is', NOTHING, { row: undefined, incarnation: null, oldest: undefined }, 'on'],
  ['was empty and begins', NOTHING, { row: row(1), incarnation: null, oldest: 1 }, 'on'],
  ['was empty and begins in the middle', NOTHING, { row: row(3), incarnation: null, oldest: 3 }, 'anew'],
])('a database that %s', (_, seen, found, followed) => {
  expect(decideFollowed(seen, found)).toBe(followed)
})
