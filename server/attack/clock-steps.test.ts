import { describe, expect, it } from 'vitest'
import { type SeenBy, stepClock } from '#server/attack/clock-steps.fixture.ts'

// The same again is `npm run prove -- clock-steps`.

// A process that asked for the time once.
const stopped: SeenBy = (machine) => {
  const start = machine()
  return () => start
}

// A process that believes that time only goes on.
const onlyOn: SeenBy = (machine) => {
  let latest = 0
  return () => {
    latest = Math.max(latest, machine())
    return latest
  }
}

describe('a clock that jumps under a running portal', { timeout: 120_000 }, () => {
  it('lets no expired token through, refuses none for longer than it says, and everything goes on', async () => {
    expect(await stepClock()).toEqual([])
  })

  it('is found to be ignored', async () => {
    expect((await stepClock(stopped)).join('\n')).toMatch(/an hour ahead 200,200,200/)
  })

  it('is found to be heard in one direction alone', async () => {
    expect((await stepClock(onlyOn)).join('\n')).toMatch(/two days back 401,401,401/)
  })
})
