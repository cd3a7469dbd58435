import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CrashWorld, crashWorld } from '#server/attack/crash-world.fixture.ts'
import { idOf, wish } from '#server/attack/race-world.fixture.ts'
import type { Served } from '#server/attack/served-process.fixture.ts'

const PROGRAM = join(import.meta.dirname, 'elsewhere.fixture.ts')
const ROUNDS = 20

let world: CrashWorld
let served: Served
beforeAll(async () => {
  world = await crashWorld()
  served = world.start(PROGRAM)
  await served.until('/readyz')
}, 120_000)
afterAll(() => world.remove())

// The same request, answered by the process of the API or by that of the pages.
const here = (method: string, path: string, body?: unknown) => served.manage(world.owner.cookie, method, path, body)
const elsewhere = (method: string, path: string, body?: unknown) =>
  served.manage(world.owner.cookie, 'POST', `/elsewhere/${method}${path}`, body)

describe.runIf(process.platform === 'linux')('the threads that make pages', () => {
  it('give way, but for the one that writes', async () => {
    const pid = Number((await served.send('/elsewhere/pid')).json['pid'])
    const rankOf = (name: string) =>
      readdirSync(`/proc/${pid}/task`)
        .filter((thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim() === name)
        .map((thread) => getPriority(Number(thread)))
    expect(rankOf('latchkey-writer')).toEqual([getPriority()])
    expect(rankOf('MainThread')).toEqual([5])
    expect(new Set(rankOf('V8Worker'))).toEqual(new Set([5]))
  })
})

describe('what a page did', () => {
  it('is known to the next validation: a token it made is good, one it revoked is not', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const made = await elsewhere('POST', world.owner.tokens, wish())
      expect(made.status).toBe(201)
      const secret = String(made.json['accessToken'])
      expect((await served.validate(secret)).status).toBe(200)
      expect((await elsewhere('DELETE', `${world.owner.tokens}/${idOf(made)}`)).status).toBe(200)
      expect((await served.validate(secret)).status).toBe(401)
    }
  })

  it('and what the API did is known to the next page', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const made = await here('POST', world.owner.tokens, wish())
      const path = `${world.owner.tokens}/${idOf(made)}`
      expect((await elsewhere('GET', path)).json).toMatchObject({ state: 'active' })
      expect((await here('DELETE', path)).status).toBe(200)
      expect((await elsewhere('GET', path)).json).toMatchObject({ state: 'revoked' })
    }
  })
})
