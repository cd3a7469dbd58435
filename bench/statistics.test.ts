import { expect, it } from 'vitest'
import { median, spread } from '#bench/statistics.ts'

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
  [[], Number.NaN],
])('the middle of %j is %d', (numbers, middle) => {
  expect(median(numbers)).toBe(middle)
})

it('half of the numbers lie within the spread', () => {
  expect(spread([9, 1, 5, 3, 7])).toEqual([3, 7])
  expect(spread([2])).toEqual([2, 2])
})
