import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const HEARTBEAT_MS = 2_000
const SILENT_MS = 30_000
const ORPHAN_MS = 5 * 60_000

const alive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const readOwner = (lock) => {
  try {
    const file = join(lock, 'owner.json')
    return { ...JSON.parse(readFileSync(file, 'utf8')), ageMs: Date.now() - statSync(file).mtimeMs }
  } catch {
    return undefined
  }
}

const isStale = ({ host, pid, child, ageMs }) => {
  if (ageMs > ORPHAN_MS) return true
  if (host !== hostname()) return ageMs > SILENT_MS
  // npm or Next may go on for a while after the one that started it was killed.
  if (child !== undefined && alive(child)) return false
  return pid === process.pid || !alive(pid) || ageMs > SILENT_MS
}

// A directory that holds something is never replaced by rename: whoever comes second fails.
const renamed = (from, to) => {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM'].includes(error.code)) return false
    throw error
  }
}

const sweep = (folder) => {
  for (const name of readdirSync(folder).filter((entry) => entry !== 'lock')) {
    const path = join(folder, name)
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat !== undefined && Date.now() - stat.mtimeMs > 2 * ORPHAN_MS) rmSync(path, { recursive: true, force: true })
  }
}

const hold = (folder, lock, nonce) => {
  const owner = join(lock, 'owner.json')
  const timer = setInterval(() => {
    const now = new Date()
    // The folder may have been taken away by hand; there is then nothing left to keep alive.
    if (statSync(owner, { throwIfNoEntry: false }) !== undefined) utimesSync(owner, now, now)
  }, HEARTBEAT_MS)
  return {
    /** Names the process that works on behalf of the holder. */
    working: (child) => writeFileSync(owner, JSON.stringify({ host: hostname(), pid: process.pid, nonce, child })),
    release: () => {
      clearInterval(timer)
      if (readOwner(lock)?.nonce !== nonce) return
      const done = join(folder, `done-${nonce}`)
      if (renamed(lock, done)) rmSync(done, { recursive: true, force: true })
    },
  }
}

/**
 * Waits until no other process prepares in this folder, then holds the place until `release()`.
 * A holder that was killed is noticed: its process is gone, or its heartbeat is.
 */
export const acquire = async (folder, onWait) => {
  const nonce = randomUUID()
  const lock = join(folder, 'lock')
  const own = join(folder, `own-${nonce}`)
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'owner.json'), JSON.stringify({ host: hostname(), pid: process.pid, nonce }))
  for (let waited = 0; !renamed(own, lock); waited += 1) {
    const owner = readOwner(lock)
    // The dead holder's name stays behind: a slower judge of the same death cannot bury its successor.
    if (owner !== undefined && isStale(owner)) renamed(lock, join(folder, `dead-${owner.nonce}`))
    else {
      if (waited === 0 && owner !== undefined) onWait(owner)
      await sleep(250)
    }
  }
  sweep(folder)
  return hold(folder, lock, nonce)
}
