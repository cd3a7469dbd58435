import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { lookOncePerTask, wroteHere } from '#db/sqlite-look.ts'

const counted = () => {
  let looks = 0
  const look = lookOncePerTask(() => {
    looks += 1
    return looks
  })
  return { look, looks: () => looks }
}

describe('a look', () => {
  it('serves all of one task of the event loop, its microtasks included', async () => {
    const { look, looks } = counted()
    look()
    await Promise.resolve().then(look).then(look)
    expect([look(), looks()]).toEqual([1, 1])
  })

  it('serves nothing that comes in with a later task', async () => {
    const { look } = counted()
    expect(look()).toBe(1)
    await nextTurn()
    expect(look()).toBe(2)
    await new Promise((resolve) => {
      setTimeout(resolve, 1)
    })
    expect(look()).toBe(3)
  })

  it('says nothing any more once this process has written', () => {
    const { look } = counted()
    expect(look()).toBe(1)
    wroteHere()
    expect([look(), look()]).toEqual([2, 2])
  })

  it('is tried again where it failed', () => {
    let isBroken = true
    const look = lookOncePerTask(() => {
      if (isBroken) throw new Error('the disk is away')
      return 7
    })
    expect(look).toThrow('the disk is away')
    isBroken = false
    expect(look()).toBe(7)
  })
})
