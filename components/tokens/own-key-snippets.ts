import type { Snippet, SnippetFacts } from '#components/tokens/snippets.ts'

// A key file holds one private JWK; its kind says the algorithm where the file does not.
const READ_KEY = [
  `const jwk = JSON.parse(await readFile(process.env.LATCHKEY_KEY_FILE, 'utf8'))`,
  `const alg = jwk.alg ?? { EC: 'ES256', OKP: 'Ed25519', RSA: 'RS256' }[jwk.kty]`,
]

const CALL = ({ apiUrl }: SnippetFacts): readonly string[] => [
  `const response = await fetch(${JSON.stringify(apiUrl)}, {`,
  `  headers: { Authorization: \`Bearer \${access_token}\` },`,
  `})`,
  `console.log(response.status, await response.text())`,
]

const withJose = (facts: SnippetFacts): readonly string[] => [
  `import { readFile } from 'node:fs/promises'`,
  `import { importJWK, SignJWT } from 'jose'`,
  ``,
  `const clientId = '${facts.clientId}'`,
  ...READ_KEY,
  `const assertion = await new SignJWT()`,
  `  .setProtectedHeader({ alg, kid: jwk.kid })`,
  `  .setIssuer(clientId)`,
  `  .setSubject(clientId)`,
  `  .setAudience(${JSON.stringify(facts.issuer)})`,
  `  .setJti(crypto.randomUUID())`,
  `  .setIssuedAt()`,
  `  .setExpirationTime('1m')`,
  `  .sign(await importJWK(jwk, alg))`,
  ``,
  `const exchange = await fetch(${JSON.stringify(facts.exchangeUrl)}, {`,
  `  method: 'POST',`,
  `  body: new URLSearchParams({`,
  `    grant_type: 'client_credentials',`,
  `    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',`,
  `    client_assertion: assertion,`,
  `  }),`,
  `})`,
  `const { access_token } = await exchange.json()`,
  ``,
  ...CALL(facts),
]

const withOpenidClient = (facts: SnippetFacts): readonly string[] => [
  `import { readFile } from 'node:fs/promises'`,
  `import { importJWK } from 'jose'`,
  `import * as client from 'openid-client'`,
  ``,
  ...READ_KEY,
  `const key = { key: await importJWK(jwk, alg), kid: jwk.kid }`,
  `const config = await client.discovery(`,
  `  new URL(${JSON.stringify(facts.issuer)}),`,
  `  '${facts.clientId}',`,
  `  undefined,`,
  `  client.PrivateKeyJwt(key),`,
  `  { algorithm: 'oauth2' },`,
  `)`,
  `const { access_token } = await client.clientCredentialsGrant(config)`,
  ``,
  ...CALL(facts),
]

/** Ready code for a client that signs with a key of its own: it reads the private key from a file and holds none. */
export const ownKeySnippets = (facts: SnippetFacts): readonly Snippet[] => [
  { id: 'node', label: 'Node, jose', code: withJose(facts).join('\n') },
  { id: 'openid', label: 'Node, openid-client', code: withOpenidClient(facts).join('\n') },
]

/** One line for a terminal that makes a key: the private half into a file, the public half onto the screen. */
export const makeKeyCommand = (file: string): string =>
  `node -e "const {privateKey: k, publicKey: p} = require('node:crypto').generateKeyPairSync('ec', {namedCurve: 'P-256'}); ` +
  `require('node:fs').writeFileSync('${file}', JSON.stringify(k.export({format: 'jwk'})), {mode: 0o600, flag: 'wx'}); ` +
  `console.log(JSON.stringify(p.export({format: 'jwk'})))"`
