import { describe, expect, it } from 'vitest'
import { createSecretRing, secretIdOf } from '#lib/keys/secret-ring.ts'

const OLD = 'an old secret of more than thirty-two characters'
const NEW = 'a new secret of more than thirty-two characters!'

describe('digests', () => {
  it('match their text alone, under the use they were made for', () => {
    const ring = createSecretRing([NEW])
    const stored = ring.digest('client-secret', 'lks_abc')
    expect(ring.matches('client-secret', 'lks_abc', stored)).toBe(true)
    expect(ring.matches('client-secret', 'lks_abd', stored)).toBe(false)
    expect(ring.matches('refresh-token', 'lks_abc', stored)).toBe(false)
  })

  it('made under the old secret match while the ring still holds it, and not after', () => {
    const stored = createSecretRing([OLD]).digest('session', 'x')
    expect(createSecretRing([NEW, OLD]).matches('session', 'x', stored)).toBe(true)
    expect(createSecretRing([NEW, OLD]).digests('session', 'x')).toContain(stored.digest)
    expect(createSecretRing([NEW]).matches('session', 'x', stored)).toBe(false)
  })

  it('match in their one spelling alone: a last character with stray bits is another digest', () => {
    const ring = createSecretRing([NEW])
    const { digest, secretId } = ring.digest('known-browser', 'x')
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = `${digest.slice(0, -1)}${alphabet[alphabet.indexOf(digest.slice(-1)) + 1]}`
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(digest, 'base64url'))
    for (const other of [twin, `${digest}=`, `${digest} `])
      expect(ring.matches('known-browser', 'x', { digest: other, secretId })).toBe(false)
  })

  it('of another length never match', () => {
    const ring = createSecretRing([NEW])
    expect(ring.matches('session', 'x', { digest: 'AAAA', secretId: ring.currentId })).toBe(false)
  })
})

describe('sealed texts', () => {
  const ring = createSecretRing([NEW])
  const stored = ring.seal('signing-key', 'kid-1', '{"d":"private"}')

  it('open again, and do not show what they hold', () => {
    expect(ring.open('signing-key', 'kid-1', stored)).toBe('{"d":"private"}')
    expect(Buffer.from(stored.sealed, 'base64url').toString('latin1')).not.toContain('private')
  })

  it('do not open in another context, changed, or under another secret', () => {
    expect(() => ring.open('signing-key', 'kid-2', stored)).toThrow(/authenticate/)
    const flipped = `${stored.sealed.slice(0, -2)}${stored.sealed.endsWith('AA') ? 'BB' : 'AA'}`
    expect(() => ring.open('signing-key', 'kid-1', { ...stored, sealed: flipped })).toThrow(/authenticate/)
    expect(() => createSecretRing([OLD]).open('signing-key', 'kid-1', stored)).toThrow(/no secret/)
  })
})

describe('secretIdOf', () => {
  it('names a secret without telling it', () => {
    expect(secretIdOf(OLD)).toMatch(/^[\w-]{8}$/)
    expect(secretIdOf(OLD)).not.toBe(secretIdOf(NEW))
  })
})
