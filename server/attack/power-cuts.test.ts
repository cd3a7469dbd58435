import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { diskUnder, whyNoDisk } from '#server/attack/disk.fixture.ts'
import { killRounds, SERVED } from '#server/attack/kills.fixture.ts'

// The long form is `npm run prove -- power-cut`.

const HERE = import.meta.dirname
const UNSYNCED = {
  program: join(HERE, 'faulty-portal.fixture.ts'),
  env: { FIXTURE_WRITER: join(HERE, 'unsynced-writer.fixture.ts') },
}

const cut = async (rounds: number, { program, env }: { program: string; env?: Readonly<Record<string, string>> }) => {
  const world = await crashWorld()
  const disk = diskUnder(world)
  try {
    return await killRounds(world, rounds, { program, env: { ...env, ...disk.env }, afterKill: disk.cutPower })
  } finally {
    await world.remove()
    disk.remove()
  }
}

const why = whyNoDisk()

describe.skipIf(why !== undefined)(
  `a power cut under mixed load${why ? `, which ${why}` : ''}`,
  { timeout: 300_000 },
  () => {
    it('loses nothing that was acknowledged, and leaves nothing by halves', async () => {
      const { faults, acknowledged } = await cut(2, { program: SERVED })
      expect(faults).toEqual([])
      expect(acknowledged).toBeGreaterThan(20)
    })

    it('finds synchronous=NORMAL, which kill -9 cannot: the witness knows of what was lost, or the ledger does', async () => {
      const found = await cut(1, UNSYNCED).then(({ faults }) => faults.join('\n'), String)
      expect(found).toMatch(/lost/)
    })
  },
)
