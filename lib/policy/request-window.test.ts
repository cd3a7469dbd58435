import { describe, expect, it } from 'vitest'
import { addToWindow, decideRemainder, emptyWindow, moveWindow } from '#lib/policy/request-window.ts'

const windowOf = (...requests: readonly (readonly [now: number, count: number])[]) => {
  const window = emptyWindow()
  for (const [now, count] of requests) addToWindow(window, now, count)
  return window
}

describe('a window', () => {
  it('counts by the second, oldest first', () => {
    const window = windowOf([10.1, 1], [10.9, 2], [11, 4])
    expect(window).toEqual({
      seconds: [
        { at: 10, count: 3 },
        { at: 11, count: 4 },
      ],
      total: 7,
    })
  })

  it('forgets a second once no minute that holds now holds any of it', () => {
    const window = windowOf([10.9, 2], [11, 4])
    moveWindow(window, 70.999)
    expect(window.total).toBe(6)
    moveWindow(window, 71)
    expect(window).toEqual({ seconds: [{ at: 11, count: 4 }], total: 4 })
    moveWindow(window, 1e6)
    expect(window).toEqual(emptyWindow())
  })
})

describe('what a window has left', () => {
  it.each([
    ['of nothing used', windowOf(), 5, 10, { remaining: 5, seconds: 0 }],
    ['of some', windowOf([10, 1], [20, 2]), 5, 30.5, { remaining: 2, seconds: 41 }],
    ['of all but one', windowOf([10.5, 4]), 5, 10.5, { remaining: 1, seconds: 61 }],
    ['of all', windowOf([10, 1], [20, 4]), 5, 30, { remaining: 0, seconds: 41 }],
    ['at the last moment', windowOf([10, 5]), 5, 70.999, { remaining: 0, seconds: 1 }],
    [
      'of a quota that was lowered: when there is room again',
      windowOf([10, 3], [20, 2]),
      1,
      30,
      { remaining: 0, seconds: 51 },
    ],
  ])('%s', (_, window, quota, now, expected) => {
    expect(decideRemainder(window, quota, now)).toEqual(expected)
  })
})
