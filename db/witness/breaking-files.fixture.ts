import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realFiles, type WitnessFiles } from '#db/witness/witness-files.ts'

/** What a disk may refuse. */
export type Operation = 'writeSync' | 'fsyncSync' | 'fdatasyncSync' | 'openSync' | 'renameSync'

/** A disk that refuses what it is told to, and forgets at a power cut whatever was not synced. */
export const breakingFiles = (folder: string) => {
  const synced = mkdtempSync(join(tmpdir(), 'latchkey-synced-'))
  const refused = new Map<Operation, string>()
  const pathOf = new Map<number, string>()
  // A name is there after a power cut only if its folder was synced since.
  let named = new Set<string>()
  const nameOf = (path: string): string => path.slice(folder.length + 1)
  const refuseIfTold = (operation: Operation): void => {
    const code = refused.get(operation)
    if (code) throw Object.assign(new Error(`${code}: told to`), { code })
  }
  const keep = (descriptor: number): void => {
    const path = pathOf.get(descriptor)
    if (path && path !== folder && existsSync(path)) copyFileSync(path, join(synced, nameOf(path)))
  }
  const files: WitnessFiles = {
    ...realFiles,
    openSync: (path, ...rest) => {
      refuseIfTold('openSync')
      const descriptor = realFiles.openSync(path, ...rest)
      pathOf.set(descriptor, String(path))
      return descriptor
    },
    writeSync: (...given) => {
      refuseIfTold('writeSync')
      return realFiles.writeSync(...given)
    },
    fsyncSync: (descriptor) => {
      refuseIfTold('fsyncSync')
      realFiles.fsyncSync(descriptor)
      if (pathOf.get(descriptor) === folder) named = new Set(readdirSync(folder))
      keep(descriptor)
    },
    fdatasyncSync: (descriptor) => {
      refuseIfTold('fdatasyncSync')
      realFiles.fdatasyncSync(descriptor)
      keep(descriptor)
    },
    renameSync: (from, to) => {
      refuseIfTold('renameSync')
      realFiles.renameSync(from, to)
      const before = join(synced, nameOf(String(from)))
      if (existsSync(before)) realFiles.renameSync(before, join(synced, nameOf(String(to))))
      for (const [descriptor, path] of pathOf) if (path === from) pathOf.set(descriptor, String(to))
    },
  }
  return {
    files,
    refuse: (operation: Operation, code = 'ENOSPC') => void refused.set(operation, code),
    heal: () => refused.clear(),
    /** Leaves what was synced, and nothing that was only written. */
    cutPower: () => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
      for (const name of readdirSync(synced)) if (named.has(name)) copyFileSync(join(synced, name), join(folder, name))
    },
    remove: () => rmSync(synced, { recursive: true, force: true }),
  }
}
