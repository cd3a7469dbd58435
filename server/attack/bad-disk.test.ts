import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DiskOptions, failDisk } from '#server/attack/bad-disk.fixture.ts'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { diskUnder, whyNoDisk } from '#server/attack/disk.fixture.ts'

// The long form is `npm run prove -- bad-disk`.

const fail = async (options: Omit<DiskOptions, 'rounds'>) => {
  const world = await crashWorld()
  const disk = diskUnder(world)
  try {
    return await failDisk(world, disk, { ...options, rounds: 1 })
  } finally {
    await world.remove()
    disk.remove()
  }
}

const DEAF = {
  program: join(import.meta.dirname, 'faulty-portal.fixture.ts'),
  env: { FIXTURE_WRITER: join(import.meta.dirname, 'deaf-writer.fixture.ts') },
}

const why = whyNoDisk()

describe.skipIf(why !== undefined)(`a disk that fails${why ? `, which ${why}` : ''}`, { timeout: 300_000 }, () => {
  it.each(['no-room', 'no-sync'] as const)(
    'with %s: 503 for what is not durable, reads go on, and it heals without a restart',
    async (fault) => {
      const { faults, refused, read } = await fail({ fault })
      expect(faults).toEqual([])
      expect(refused).toBeGreaterThan(10)
      expect(read).toBeGreaterThan(4)
    },
  )

  it('finds a writer that does not hear of it', async () => {
    const { faults } = await fail({ fault: 'no-sync', ...DEAF })
    expect(faults.join('\n')).toMatch(/lost/)
  })
})
