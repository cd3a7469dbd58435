import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BadDisk, failDisk, failRounds } from '#server/attack/bad-disk.fixture.ts'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { type DiskFault, diskUnder } from '#server/attack/disk.fixture.ts'
import { type Figure, type Proof, tellFaults } from '#server/attack/proof.fixture.ts'

const id = 'bad-disk'
const ROUNDS = 10
const TMPFS = 'size=32m'
const BLOCK = Buffer.alloc(64 * 1024, 1)

const figureOf = (what: string, { faults, acknowledged, refused, read }: BadDisk): Figure => {
  tellFaults(id, faults)
  return {
    id,
    metric: `${what}: ${faults.length} lost, answered wrongly or not healed, of ${acknowledged} acknowledged, ${refused} refused, ${read} reads meanwhile`,
    goal: `0 in ${ROUNDS}`,
    passed: faults.length === 0 && refused > ROUNDS && read > ROUNDS,
  }
}

const byFault = async (what: string, fault: DiskFault): Promise<Figure> => {
  const world = await crashWorld()
  const disk = diskUnder(world)
  try {
    return figureOf(what, await failDisk(world, disk, { rounds: ROUNDS, fault }))
  } finally {
    await world.remove()
    disk.remove()
  }
}

// Writes until the disk says that there is no more.
const fill = (file: string): void => {
  const descriptor = openSync(file, 'w')
  try {
    for (;;) writeSync(descriptor, BLOCK)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC')) throw thrown
  } finally {
    closeSync(descriptor)
  }
}

const onFullFileSystem = async (): Promise<readonly Figure[]> => {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-full-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', TMPFS, 'tmpfs', place])
  if (status !== 0) {
    rmSync(place, { recursive: true })
    const metric = 'a file system that is full: not tried, as only root may mount one'
    return [{ id, metric, goal: 'to be tried', passed: false }]
  }
  try {
    const world = await crashWorld(place)
    const filler = join(place, 'filler')
    const failing = { fail: () => fill(filler), heal: () => rmSync(filler) }
    const found = await failRounds(world, { rounds: ROUNDS, failing })
    await world.remove()
    return [figureOf('a file system that is full', found)]
  } finally {
    spawnSync('umount', [place])
    rmSync(place, { recursive: true })
  }
}

/** Disks without room and disks that cannot sync, under mixed load. */
export const proveBadDisk: Proof = {
  id,
  prove: async () => [
    await byFault('files cannot grow', 'no-room'),
    await byFault('nothing can be synced', 'no-sync'),
    ...(await onFullFileSystem()),
  ],
}
