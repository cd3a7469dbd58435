import { describe, expect, it } from 'vitest'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import { signJws } from '#lib/keys/sign-jws.ts'
import { SIGNING_ALGORITHMS } from '#lib/keys/signing-key.ts'
import { verifyJws } from '#lib/keys/verify-jws.ts'

const CLAIMS = { iss: 'https://id.example', name: 'Zoë 🔑' }

const parts = (text: string) => {
  const [header = '', payload = '', signature = ''] = text.split('.')
  return { header, payload, signature: Buffer.from(signature, 'base64url') }
}

const withSignature = (text: string, signature: Buffer): string => {
  const { header, payload } = parts(text)
  return [header, payload, signature.toString('base64url')].join('.')
}

describe.each(SIGNING_ALGORITHMS)('a JWS by %s', (algorithm) => {
  it('is its payload to whoever has the key that signed it', async () => {
    const key = (await newKeyRing(algorithm)).signing('bearer')
    const payload = await verifyJws(key, await signJws(key, 'at+jwt', CLAIMS))
    expect(JSON.parse(String(payload))).toEqual(CLAIMS)
  })

  it('is nothing to another key, nor with another header, payload or signature', async () => {
    const ring = await newKeyRing(algorithm)
    const key = ring.signing('bearer')
    const text = await signJws(key, 'at+jwt', CLAIMS)
    const other = parts(await signJws(key, 'x', { iss: 'another' }))
    const { header, payload, signature } = parts(text)
    expect(await verifyJws(ring.signing('access'), text)).toBeUndefined()
    for (const changed of [
      [other.header, payload, signature.toString('base64url')].join('.'),
      [header, other.payload, signature.toString('base64url')].join('.'),
      withSignature(text, other.signature),
      withSignature(text, Buffer.alloc(signature.length)),
    ])
      expect(await verifyJws(key, changed)).toBeUndefined()
  })

  it('is nothing with a signature that is too short, too long or none', async () => {
    const key = (await newKeyRing(algorithm)).signing('bearer')
    const text = await signJws(key, 'at+jwt', CLAIMS)
    const { signature } = parts(text)
    for (const odd of [Buffer.alloc(0), signature.subarray(1), signature.subarray(0, -1)])
      expect(await verifyJws(key, withSignature(text, odd))).toBeUndefined()
    expect(await verifyJws(key, withSignature(text, Buffer.concat([signature, Buffer.alloc(1)])))).toBeUndefined()
  })
})

describe('the algorithm', () => {
  it('is the key’s own: no signature of one kind is good as one of another', async () => {
    const rings = await Promise.all(SIGNING_ALGORITHMS.map((algorithm) => newKeyRing(algorithm)))
    for (const ring of rings) {
      const text = await signJws(ring.signing('bearer'), 'at+jwt', CLAIMS)
      for (const other of rings.filter((one) => one !== ring))
        expect(await verifyJws(other.signing('bearer'), text)).toBeUndefined()
    }
  })
})
