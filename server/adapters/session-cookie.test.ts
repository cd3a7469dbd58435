import { encode } from 'next-auth/jwt'
import { describe, expect, it } from 'vitest'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { cookieOf, sessionCookieName, sessionCookieRules } from '#lib/sign-in/session-cookie.ts'
import { createSessionCookieCodec } from '#server/adapters/session-cookie.ts'

const OLD = 'an old secret of more than thirty-two characters'
const YOUNG = 'a young secret of more than thirty-two characters'
const SID = 'Abc_-'.repeat(9).slice(0, 43)

describe('the session cookie', () => {
  it('opens again, shows nothing, and is never the same twice', async () => {
    const codec = createSessionCookieCodec(createSecretRing([YOUNG]))
    const text = await codec.encode(SID)
    expect(await codec.decode(text)).toBe(SID)
    expect(text).not.toContain(SID)
    expect(await codec.encode(SID)).not.toBe(text)
  })

  it('made under the old secret opens while the ring holds it', async () => {
    const text = await createSessionCookieCodec(createSecretRing([OLD])).encode(SID)
    expect(await createSessionCookieCodec(createSecretRing([YOUNG, OLD])).decode(text)).toBe(SID)
    expect(await createSessionCookieCodec(createSecretRing([YOUNG])).decode(text)).toBeUndefined()
  })

  it('that was opened is known by its whole text, and opens nothing like it', async () => {
    const codec = createSessionCookieCodec(createSecretRing([YOUNG]))
    const [text, other] = [await codec.encode(SID), await codec.encode(SID.toLowerCase())]
    expect([await codec.decode(text), await codec.decode(text)]).toEqual([SID, SID])
    expect(await codec.decode(other)).toBe(SID.toLowerCase())
    const ofBoth = [...text.split('.').slice(0, 4), ...other.split('.').slice(4)].join('.')
    for (const changed of [`${text}x`, text.slice(0, -1), ofBoth]) expect(await codec.decode(changed)).toBeUndefined()
  })

  it.each(['', 'x', 'a.b.c.d.e', SID, 'eyJhbGciOiJub25lIn0.eyJzaWQiOiJ4In0.'])('refuses %j', async (text) => {
    expect(await createSessionCookieCodec(createSecretRing([YOUNG])).decode(text)).toBeUndefined()
  })

  it('refuses a token of ours that is no session: state, nonce and PKCE cookies have another key', async () => {
    const ring = createSecretRing([YOUNG])
    const { secret } = sessionCookieRules('https://id.example', ring)
    const text = await encode({ token: { sid: SID, value: 'state' }, secret, salt: 'state' })
    expect(await createSessionCookieCodec(ring).decode(text)).toBeUndefined()
  })
})

describe('its name', () => {
  it('binds it to the host where https allows', () => {
    expect([sessionCookieName(true), sessionCookieName(false)]).toEqual(['__Host-latchkey-session', 'latchkey-session'])
  })

  it('is found among others in a header', () => {
    expect(cookieOf('a=1; latchkey-session=x.y=; xlatchkey-session=z', 'latchkey-session')).toBe('x.y=')
    expect(cookieOf('xlatchkey-session=z', 'latchkey-session')).toBeUndefined()
    expect(cookieOf(undefined, 'latchkey-session')).toBeUndefined()
  })
})
