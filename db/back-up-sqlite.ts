import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type Database from 'better-sqlite3'
import { realFiles, syncFolder } from '#db/witness/witness-files.ts'

const UNFINISHED = /\.(\d+)\.unfinished$/

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

// A process that was killed while it copied leaves as much as the database is large, each night under another name.
const removeAbandoned = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const pid = UNFINISHED.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true })
  }
}

/**
 * Copies an open SQLite database to another file, readable by its owner alone, in place of one that is there. The copy is
 * made under another name and renamed when it is safe on the disk: one that was cut short never passes for a copy.
 */
export const backUpSqlite = (client: Database.Database, copy: string): void => {
  const folder = dirname(copy)
  removeAbandoned(folder)
  const unfinished = `${copy}.${process.pid}.unfinished`
  rmSync(unfinished, { force: true })
  closeSync(openSync(unfinished, 'wx', 0o600))
  try {
    client.prepare('vacuum into ?').run(unfinished)
    const descriptor = openSync(unfinished, 'r+')
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(unfinished, copy)
  } catch (thrown) {
    // A disk that is full has no room for half a copy either.
    rmSync(unfinished, { force: true })
    throw thrown
  }
  syncFolder(realFiles, folder)
}
