import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { textBytes, textsBytes } from '#lib/verdict/memory-size.ts'
import type { VerifiedClaims } from '#lib/verdict/verified-claims.ts'

/** Claims whose signature was verified in this process, by the SHA-256 of the whole text: a borrowed signature misses. */
export type ClaimsCache<Entry> = {
  get(text: string): Entry | undefined
  set(text: string, entry: Entry): void
  clear(): void
  /** How many are kept. */
  size(): number
  /** About how many bytes they take. */
  bytes(): number
}

const ENTRIES_MAX = 50_000
/** What all of them may take together. */
const CLAIMS_BYTES_MAX = 64 * 1024 * 1024
// The digest, the objects and their places.
const ENTRY_BYTES = 500

const claimsBytes = ({ claims }: { readonly claims: VerifiedClaims }): number => {
  const { tenantId, tokenId, id, issuer, audience, credentialId, familyId, scope, thumbprint } = claims
  const texts = textBytes(tenantId, tokenId, id, issuer, audience, credentialId, familyId, thumbprint)
  return ENTRY_BYTES + texts + textsBytes(scope ?? [])
}

const digest = (text: string): string => hash('sha256', text, 'base64')

/** An empty cache of at most 50,000 verified texts and 64 MiB; the texts themselves are not kept. */
export const createClaimsCache = <Entry extends { readonly claims: VerifiedClaims }>(
  bytesMax = CLAIMS_BYTES_MAX,
): ClaimsCache<Entry> => {
  const entries = new LRUCache<string, Entry>({
    max: ENTRIES_MAX,
    maxSize: bytesMax,
    sizeCalculation: claimsBytes,
  })
  return {
    get: (text) => entries.get(digest(text)),
    set: (text, entry) => {
      entries.set(digest(text), entry)
    },
    clear: () => {
      entries.clear()
    },
    size: () => entries.size,
    bytes: () => entries.calculatedSize,
  }
}
