import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { VerifiedClaims } from '#lib/verdict/verified-claims.ts'

/** Claims whose signature was verified in this process, by the SHA-256 of the whole text: a borrowed signature misses. */
export type ClaimsCache<Entry> = {
  get(text: string): Entry | undefined
  set(text: string, entry: Entry): void
  clear(): void
  /** How many are kept. */
  size(): number
}

const ENTRIES_MAX = 50_000

const digest = (text: string): string => hash('sha256', text, 'base64')

/** An empty cache of at most 50,000 verified texts; the texts themselves are not kept. */
export const createClaimsCache = <Entry extends { readonly claims: VerifiedClaims }>(): ClaimsCache<Entry> => {
  const entries = new LRUCache<string, Entry>({ max: ENTRIES_MAX })
  return {
    get: (text) => entries.get(digest(text)),
    set: (text, entry) => {
      entries.set(digest(text), entry)
    },
    clear: () => {
      entries.clear()
    },
    size: () => entries.size,
  }
}
