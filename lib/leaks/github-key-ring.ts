import type { KeyObject } from 'node:crypto'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type GithubKeys, parseKeyDocument } from '#lib/leaks/github-key-document.ts'
import type { Clock } from '#lib/time/clock.ts'
import { DAY_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

/** Where the document with GitHub's keys comes from: a file or an address. Rejects when it cannot be had. */
export type GithubKeySource = { read(): Promise<string> }

/** GitHub's keys in memory. */
export type GithubKeyRing = {
  /** The key of an identifier; undefined for one that GitHub does not list; `leak_report.keys` when nobody can say. */
  find(id: string): Promise<KeyObject | undefined>
}

/** Seconds between two readings of the document, at least: whoever sends unknown identifiers cannot make us ask more often. */
const READ_AGAIN_SECONDS = MINUTE_SECONDS

/** Seconds for which a key counts without the document being read again: a withdrawn one is forgotten within a day. */
const KEPT_SECONDS = DAY_SECONDS

type State = { keys: GithubKeys | undefined; keptAt: number; triedAt: number; reading: Promise<void> | undefined }

const unavailable = (triedAt: number, now: number, cause?: unknown): PortalError =>
  new PortalError('leak_report.keys', {
    internal: 'the keys of GitHub could not be read',
    retryAfterSeconds: Math.max(1, triedAt + READ_AGAIN_SECONDS - now),
    cause,
  })

/**
 * Remembers GitHub's keys. The document is read when an identifier is unknown or a day has passed: by one request at a
 * time, once a minute at most, whether it worked or not.
 */
export const createGithubKeyRing = (source: GithubKeySource, clock: Clock): GithubKeyRing => {
  const state: State = { keys: undefined, keptAt: 0, triedAt: Number.NEGATIVE_INFINITY, reading: undefined }

  const read = async (now: number): Promise<void> => {
    state.triedAt = now
    try {
      state.keys = parseKeyDocument(await source.read())
      state.keptAt = now
    } catch (cause) {
      throw unavailable(now, now, cause)
    }
  }

  return {
    find: async (id) => {
      const now = clock.now()
      const fresh = now - state.keptAt < KEPT_SECONDS ? state.keys : undefined
      const known = fresh?.get(id)
      if (known) return known
      if (!state.reading && now - state.triedAt >= READ_AGAIN_SECONDS)
        state.reading = read(now).finally(() => {
          state.reading = undefined
        })
      await state.reading
      // Read less than a minute ago, and successfully: who is not listed there is nobody.
      if (state.keys && state.keptAt === state.triedAt) return state.keys.get(id)
      throw unavailable(state.triedAt, now)
    },
  }
}
