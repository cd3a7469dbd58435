import { expect, it } from 'vitest'
import { isLaterLife, nameIncarnation } from '#db/incarnation.ts'

const [first, second, third] = [nameIncarnation(9, 'a'), nameIncarnation(10, 'b'), nameIncarnation(10, 'c')]

it.each([
  [null, null, false],
  [null, first, true],
  [first, first, false],
  [first, second, true],
  [second, third, true],
  [second, first, false],
  [first, null, false],
  ['99f0b2c4-3a1e-4c57-9d6b-0d1c2e3f4a5b', first, true],
])('from %s to %s is a later life: %s', (former, now, isLater) => {
  expect(isLaterLife(former, now)).toBe(isLater)
})
