import { decode, encode } from 'next-auth/jwt'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { SESSION_LIFETIME_SECONDS } from '#lib/sign-in/session.ts'
import { isSid, type SessionCookieCodec } from '#lib/sign-in/session-cookie.ts'

const secretUnder = (ring: SecretRing, secretId: string): string =>
  Buffer.from(ring.derive('cookie', 'next-auth', secretId)).toString('base64url')

/** next-auth's own encrypted JWT, holding the session's random value alone; opens under every secret of the ring. */
export const createSessionCookieCodec = (ring: SecretRing): SessionCookieCodec => ({
  encode: (sid) =>
    encode({ token: { sid }, secret: secretUnder(ring, ring.currentId), maxAge: SESSION_LIFETIME_SECONDS }),
  decode: async (text) => {
    for (const secretId of ring.ids) {
      const token = await decode({ token: text, secret: secretUnder(ring, secretId) }).catch(() => null)
      if (isSid(token?.sid)) return token.sid
    }
    return undefined
  },
})
