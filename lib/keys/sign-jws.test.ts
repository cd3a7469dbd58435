import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { newKeyRing } from '#lib/keys/key-ring.fixture.ts'
import { signJws } from '#lib/keys/sign-jws.ts'
import { SIGNING_ALGORITHMS } from '#lib/keys/signing-key.ts'

const CLAIMS = { iss: 'https://id.example', name: 'Zoë 🔑', nested: { list: [1, 'two', null] } }

describe.each(SIGNING_ALGORITHMS)('a JWS by %s', (algorithm) => {
  it('verifies with the published key, under its own algorithm, as an independent library has it', async () => {
    const ring = await newKeyRing(algorithm)
    const key = ring.signing('bearer')
    const text = await signJws(key, 'at+jwt', CLAIMS)
    const { payload } = await jwtVerify(text, key.publicJwk, { algorithms: [algorithm], typ: 'at+jwt' })
    expect(payload).toEqual(CLAIMS)
    expect(decodeProtectedHeader(text)).toEqual({ alg: algorithm, kid: key.kid, typ: 'at+jwt' })
  })

  it('does not verify with the key of the other purpose, nor with a changed claim', async () => {
    const ring = await newKeyRing(algorithm)
    const text = await signJws(ring.signing('bearer'), 'at+jwt', CLAIMS)
    const failed = { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }
    await expect(jwtVerify(text, ring.signing('access').publicKey)).rejects.toMatchObject(failed)
    const [header, , signature] = text.split('.')
    const other = Buffer.from(JSON.stringify({ ...CLAIMS, name: 'Zoe' })).toString('base64url')
    await expect(
      jwtVerify([header, other, signature].join('.'), ring.signing('bearer').publicKey),
    ).rejects.toMatchObject(failed)
  })

  it('is in base64url without padding, three parts', async () => {
    const ring = await newKeyRing(algorithm)
    expect(await signJws(ring.signing('access'), 'x', {})).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })
})
