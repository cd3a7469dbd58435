import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Attack, attacks, encoded, type Loot, partsOf, publicKeyOf } from '#lib/verdict/hostile-jwts.fixture.ts'

// RFC 8725 §2.1, §3.1: the attacker chooses the algorithm, and we do not let them.

const NONE = ['none', 'None', 'NONE', 'nOnE', ' none', 'none ', 'none\0', 'n\u043ene', 'null', 'undefined', '']
const NO_TEXT = [null, undefined, ['none'], { alg: 'none' }, 0, true]

const relabelled = ({ genuine }: Loot, alg: unknown) => {
  const { members, payload } = partsOf(genuine)
  return `${encoded(JSON.stringify({ ...members, alg }))}.${payload}`
}

/** `alg: none` in every spelling, with no signature and with a good one. */
export const unsigned = (loot: Loot): Promise<readonly Attack[]> => {
  const { signed, payload, header } = partsOf(loot.genuine)
  const rows = [...NONE, ...NO_TEXT].flatMap((alg) => {
    const input = relabelled(loot, alg)
    const name = JSON.stringify(alg) ?? 'left out'
    return [
      [`alg ${name}, no signature`, `${input}.`],
      [`alg ${name}, no last dot`, input],
      [`alg ${name}, a good signature`, `${input}.${signed}`],
    ] as const
  })
  return attacks('none', [...rows, ['a good header, no signature', `${header}.${payload}.`]])
}

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()

// Every text that a careless verifier may hand to an HMAC as "the key".
const publicTexts = (loot: Loot): readonly (readonly [string, string | Buffer])[] => {
  const key = publicKeyOf(loot.key)
  const jwk = key.export({ format: 'jwk' })
  const bytes = ['x', 'y', 'n'].map((name) => Buffer.from(String(jwk[name as 'x'] ?? ''), 'base64url'))
  return [
    ['PEM', pem(key)],
    ['PEM without its last line feed', pem(key).trimEnd()],
    ['PEM with CRLF', pem(key).replaceAll('\n', '\r\n')],
    ['PEM without its frame', pem(key).replaceAll(/-----.+-----|\n/g, '')],
    ['DER', key.export({ type: 'spki', format: 'der' })],
    ['JWK', JSON.stringify(jwk)],
    ['JWK as published', JSON.stringify(loot.key.publicJwk)],
    ['JWK Set', JSON.stringify({ keys: [loot.key.publicJwk] })],
    ['raw', Buffer.concat(bytes)],
    ['raw point', Buffer.concat([Buffer.of(4), ...bytes])],
    ['kid', loot.key.kid],
    ['nothing', ''],
  ]
}

const HMACS = [
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
] as const

/** A signature by HMAC with what everybody knows: our public key. */
export const symmetric = (loot: Loot): Promise<readonly Attack[]> => {
  const keys = publicTexts(loot)
  const own = keys.flatMap(([name, key]) =>
    HMACS.map(([alg, hash]) => {
      const input = relabelled(loot, alg)
      return [`${alg} with ${name}`, `${input}.${createHmac(hash, key).update(input).digest('base64url')}`] as const
    }),
  )
  const disguised = keys.map(([name, key]) => {
    const input = relabelled(loot, loot.key.algorithm)
    const made = createHmac('sha512', key).update(input).digest('base64url')
    return [`${loot.key.algorithm} that is an HMAC with ${name}`, `${input}.${made}`] as const
  })
  return attacks('hmac', [...own, ...disguised])
}

const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const PSS = { padding: 6, saltLength: 32 }
const P1363 = { dsaEncoding: 'ieee-p1363' as const }

/** Somebody's own key for each algorithm of JWS, and how it signs. */
const OWN_KEYS = [
  ['RS256', 'sha256', { key: rsa }],
  ['RS384', 'sha384', { key: rsa }],
  ['RS512', 'sha512', { key: rsa }],
  ['PS256', 'sha256', { key: rsa, ...PSS }],
  ['ES256', 'sha256', { key: curve('P-256'), ...P1363 }],
  ['ES384', 'sha384', { key: curve('P-384'), ...P1363 }],
  ['ES512', 'sha512', { key: curve('P-521'), ...P1363 }],
  ['ES256K', 'sha256', { key: curve('secp256k1'), ...P1363 }],
  ['EdDSA', null, { key: generateKeyPairSync('ed25519').privateKey }],
  ['Ed25519', null, { key: generateKeyPairSync('ed25519').privateKey }],
  ['Ed448', null, { key: generateKeyPairSync('ed448').privateKey }],
] as const

/** Another algorithm than the key's own: in the header, in the signature, or both. */
export const swapped = (loot: Loot): Promise<readonly Attack[]> => {
  const { signed } = partsOf(loot.genuine)
  const { algorithm } = loot.key
  const made = OWN_KEYS.flatMap(([alg, hash, how]) => {
    const one = relabelled(loot, alg)
    const ours = relabelled(loot, algorithm)
    return [
      [`${alg} by a key of somebody else`, `${one}.${encoded(sign(hash, Buffer.from(one), how))}`],
      [`${alg} called ${algorithm}`, `${ours}.${encoded(sign(hash, Buffer.from(ours), how))}`],
      ...(alg === algorithm ? [] : [[`our signature called ${alg}`, `${one}.${signed}`]]),
    ] as const
  })
  return attacks('algorithm', made as readonly (readonly [string, string])[])
}
