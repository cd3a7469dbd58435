import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '#server/attack/race-server.fixture.ts'
import { restoredNodes } from '#server/attack/restored-postgres.fixture.ts'

const PATIENCE_MS = 180_000
const LOOK_MS = 20

let world: Awaited<ReturnType<typeof restoredNodes>>
beforeAll(async () => {
  world = await restoredNodes()
}, PATIENCE_MS)
afterAll(() => world.remove())

const RESTORED = { status: 503, json: { code: 'store.restored' } }

/** Waits until every one of these answers so for a token. */
const until = async (nodes: readonly Server[], text: string, status: number): Promise<void> => {
  for (const node of nodes) while ((await node.validate(text)).status !== status) await delay(LOOK_MS)
}

/** What stands against these nodes: whoever of them took a token for good that was revoked. */
const deceived = async (nodes: readonly Server[], text: string): Promise<readonly number[]> => {
  const answers = await Promise.all(nodes.map((node) => node.validate(text)))
  return answers.flatMap(({ status }, index) => (status === 200 ? [index] : []))
}

describe('a database that is put back under running nodes', { timeout: PATIENCE_MS }, () => {
  it('is answered for by none of them until an operator accepts it, and then by all, with no start', async () => {
    const [kept, ended] = [await world.issue(), await world.issue()]
    const nodes = [...world.nodes]
    await world.backUp()
    await until(nodes, ended.text, 200)
    while ((await world.revoke(ended.id)).status !== 200) await delay(LOOK_MS)
    await until(nodes, ended.text, 401)

    await world.restore()
    await until(nodes, kept.text, 503)
    for (const node of nodes) expect(await node.validate(kept.text)).toMatchObject(RESTORED)
    expect(await world.revoke(kept.id)).toMatchObject(RESTORED)
    expect(await deceived(nodes, ended.text)).toEqual([])
    // One that has nothing to compare it with takes it for good (saboteur).
    expect(await deceived([...nodes, await world.another()], ended.text)).toEqual([2])

    expect(await world.accept('--revoke-all')).toBe(0)
    await until(world.nodes, kept.text, 401)
    expect(await deceived(world.nodes, ended.text)).toEqual([])
  })
})
