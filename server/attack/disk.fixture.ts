import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CrashWorld } from '#server/attack/crash-world.fixture.ts'

const SOURCE = join(import.meta.dirname, 'disk.fixture.c')
const FILES = ['latchkey.db', 'latchkey.db-wal'] as const

/** What a disk may do: files cannot grow, or nothing can be synced. */
export type DiskFault = 'no-room' | 'no-sync'

/** A disk under a server that can be told to fail, and knows what a power cut would leave of its files. */
export type Disk = {
  /** Variables that put it between a program and the real one. */
  readonly env: Readonly<Record<string, string>>
  fail(fault: DiskFault): void
  heal(): void
  /** Leaves what was synced, and nothing that was only written; nobody may have the database open. */
  cutPower(): void
  /** Takes the database as it is for synced: somebody else closed it, and nothing is left in its log. */
  settle(): void
  remove(): void
}

/** Why there can be no such disk here: it needs Linux, and a C compiler. Undefined when there can. */
export const whyNoDisk = (): string | undefined => {
  if (process.platform !== 'linux') return 'needs Linux (LD_PRELOAD)'
  return spawnSync('cc', ['--version']).status === 0 ? undefined : 'needs a C compiler (cc)'
}

const compile = (library: string): void => {
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'])
  if (status !== 0) throw new Error(`the disk cannot be made: ${String(stderr)}`)
}

/** Puts a disk under the database of a world. */
export const diskUnder = ({ folder, file }: CrashWorld): Disk => {
  const why = whyNoDisk()
  if (why) throw new Error(`a disk of this kind ${why}`)
  const place = mkdtempSync(join(tmpdir(), 'latchkey-disk-'))
  const [library, synced, faults] = ['disk.so', 'synced', 'faults'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ]
  compile(library)
  mkdirSync(synced)
  mkdirSync(faults)
  const settle = (): void => {
    for (const name of FILES) rmSync(join(synced, name), { force: true })
    copyFileSync(file, join(synced, FILES[0]))
  }
  settle()
  return {
    env: { LD_PRELOAD: library, DISK_FOLDER: folder, DISK_SYNCED: synced, DISK_FAULTS: faults },
    fail: (fault) => writeFileSync(join(faults, fault), ''),
    heal: () => {
      for (const fault of readdirSync(faults)) rmSync(join(faults, fault))
    },
    cutPower: () => {
      for (const name of [...FILES, `${FILES[0]}-shm`]) rmSync(join(folder, name), { force: true })
      for (const name of FILES) if (existsSync(join(synced, name))) copyFileSync(join(synced, name), join(folder, name))
    },
    settle,
    remove: () => rmSync(place, { recursive: true, force: true }),
  }
}
