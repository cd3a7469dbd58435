import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { judgeSoak } from '#server/attack/judge-soak.fixture.ts'
import { type Killed, SERVED } from '#server/attack/kills.fixture.ts'
import { type Sample, type Soak, soak } from '#server/attack/soak.fixture.ts'

// The long form is `npm run prove -- soak`.

const FAULTY = join(import.meta.dirname, 'faulty-portal.fixture.ts')

const run = async (milliseconds: number, killed: Killed): Promise<Soak> => {
  const world = await crashWorld()
  try {
    return await soak(world, milliseconds, killed)
  } finally {
    await world.remove()
  }
}

const failed = (soaked: Soak): readonly string[] =>
  judgeSoak(soaked).flatMap(({ metric, passed }) => (passed ? [] : [metric]))

// Memory is still being filled after seconds: of that the long form tells.
const ofMemory = /^memory/

describe.skipIf(process.platform !== 'linux')(
  'mixed load, where Linux tells what a process takes',
  { timeout: 180_000 },
  () => {
    it('leaves no descriptor open, and no log that grows on and on', async () => {
      expect(failed(await run(6000, { program: SERVED })).filter((metric) => !ofMemory.test(metric))).toEqual([])
    })

    it('finds a server that leaves files open', async () => {
      const leaking = await run(4000, { program: FAULTY, env: { FIXTURE_FAULT: 'leaves-files-open' } })
      expect(failed(leaking).join()).toContain('descriptors')
    })
  },
)

describe('what a soak came to', () => {
  const sample = (change: Partial<Sample> = {}): Sample => ({
    memoryBytes: 100,
    descriptors: 30,
    databaseBytes: 1000,
    logBytes: 4_000_000,
    changes: 0,
    ...change,
  })
  const judged = (last: Partial<Sample>, faults: readonly string[] = []) =>
    failed({ samples: [sample(), sample(), sample(last), sample(last)], faults }).join()

  it('is good as long as nothing grows but the database, by what was changed', () => {
    expect(judged({ changes: 10, databaseBytes: 50_000, memoryBytes: 130, descriptors: 62 })).toBe('')
  })

  it.each([
    ['memory', { changes: 10, memoryBytes: 131 }],
    ['descriptors', { changes: 10, descriptors: 63 }],
    ['write-ahead log', { changes: 10, logBytes: 40 * 1024 ** 2 }],
    ['database', { changes: 10, databaseBytes: 100_000 }],
    ['wrong answers', {}],
  ] as const)('is not when it is too much: %s', (what, last) => {
    expect(judged(last)).toContain(what)
  })
})
