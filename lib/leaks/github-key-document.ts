import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'

/** GitHub's public keys by their identifiers. */
export type GithubKeys = ReadonlyMap<string, KeyObject>

const KEYS_MAX = 50

const document = z.object({
  public_keys: z
    .array(z.object({ key_identifier: z.string().min(1).max(200), key: z.string().max(2000) }))
    .max(KEYS_MAX),
})

const parsedKey = (pem: string): KeyObject | undefined => {
  try {
    const key = createPublicKey(pem)
    // `ECDSA-NIST-P256V1-SHA256` and nothing else: no key chooses another algorithm for itself.
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}

/**
 * The keys of the document that GitHub publishes at `/meta/public_keys/secret_scanning`; those of another kind than
 * ECDSA P-256 are left out. Throws for anything that is no such document.
 */
export const parseKeyDocument = (text: string): GithubKeys => {
  const { public_keys: listed } = document.parse(JSON.parse(text))
  const keys = new Map<string, KeyObject>()
  for (const { key_identifier: id, key: pem } of listed) {
    const key = parsedKey(pem)
    if (key) keys.set(id, key)
  }
  return keys
}
