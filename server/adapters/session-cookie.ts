import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { decode, encode } from 'next-auth/jwt'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { SESSION_LIFETIME_SECONDS } from '#lib/sign-in/session.ts'
import { isSid, type SessionCookieCodec } from '#lib/sign-in/session-cookie.ts'

const secretUnder = (ring: SecretRing, secretId: string): string =>
  Buffer.from(ring.derive('cookie', 'next-auth', secretId)).toString('base64url')

const OPENED_MAX = 1000
const OPENED_MS = 60_000

/**
 * next-auth's own encrypted JWT, holding the session's random value alone; opens under every secret of the ring. What a text
 * held is known for a minute by the text's SHA-256, as next-auth derives a key for each text it opens; whether a session has
 * ended is its row's to say.
 */
export const createSessionCookieCodec = (ring: SecretRing): SessionCookieCodec => {
  const opened = new LRUCache<string, string>({ max: OPENED_MAX, ttl: OPENED_MS, ttlResolution: 1000 })
  const open = async (text: string): Promise<string | undefined> => {
    for (const secretId of ring.ids) {
      const token = await decode({ token: text, secret: secretUnder(ring, secretId) }).catch(() => null)
      if (isSid(token?.sid)) return token.sid
    }
    return undefined
  }
  return {
    encode: (sid) =>
      encode({ token: { sid }, secret: secretUnder(ring, ring.currentId), maxAge: SESSION_LIFETIME_SECONDS }),
    decode: async (text) => {
      const digest = hash('sha256', text, 'base64url')
      const known = opened.get(digest)
      if (known !== undefined) return known
      const sid = await open(text)
      if (sid !== undefined) opened.set(digest, sid)
      return sid
    },
  }
}
