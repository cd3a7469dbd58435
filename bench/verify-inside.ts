import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose'
import { answerParent } from '#bench/answer-parent.ts'

// The limit of a credential never seen before: how often jose alone verifies an ES256 signature, without HTTP.
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const key = await importJWK(await exportJWK(publicKey), 'ES256')
const texts = await Promise.all(
  Array.from({ length: 1000 }, (_, index) =>
    new SignJWT({ iss: 'https://id.example', sub: `token-${index}`, aud: 'https://api.example', tenantId: 'acme' })
      .setProtectedHeader({ alg: 'ES256', kid: 'key', typ: 'latchkey-access+jwt' })
      .setIssuedAt()
      .sign(privateKey),
  ),
)

answerParent({ verify: { url: '' } }, async (milliseconds) => {
  const start = performance.now()
  let answered = 0
  while (performance.now() - start < milliseconds) {
    await jwtVerify(texts[answered % texts.length] ?? '', key, { issuer: 'https://id.example' })
    answered += 1
  }
  return { answered, seconds: (performance.now() - start) / 1000 }
})
process.on('SIGTERM', () => process.exit(0))
