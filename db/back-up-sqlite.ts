import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type Database from 'better-sqlite3'

const UNFINISHED = /\.(\d+)\.unfinished$/

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

// A process that was killed while it copied leaves as much as the database is large.
const removeAbandoned = (copy: string): void => {
  for (const name of readdirSync(dirname(copy))) {
    const pid = name.startsWith(basename(copy)) ? UNFINISHED.exec(name)?.[1] : undefined
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dirname(copy), name), { force: true })
  }
}

/**
 * Copies an open SQLite database to another file, readable by its owner alone, in place of one that is there. The copy is
 * made under another name and renamed when it is safe on the disk: one that was cut short never passes for a copy.
 */
export const backUpSqlite = (client: Database.Database, copy: string): void => {
  removeAbandoned(copy)
  const unfinished = `${copy}.${process.pid}.unfinished`
  rmSync(unfinished, { force: true })
  closeSync(openSync(unfinished, 'wx', 0o600))
  client.prepare('vacuum into ?').run(unfinished)
  const descriptor = openSync(unfinished, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(unfinished, copy)
}
