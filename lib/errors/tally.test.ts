import { expect, it } from 'vitest'
import { createTally } from '#lib/errors/tally.ts'

it('counts each word for itself', () => {
  const tally = createTally()
  for (const word of ['a', 'b', 'a']) tally.add(word)
  expect([...tally.counts()]).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})
