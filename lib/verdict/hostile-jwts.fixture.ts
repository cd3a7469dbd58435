import { type KeyObject, sign } from 'node:crypto'
import type { SigningKey } from '#lib/keys/key-ring.ts'
import type { KeyPurpose } from '#lib/keys/signing-key.ts'

/** What the attacks on one kind of JWT are made of: good ones, our own keys, and an address where a server listens. */
export type Loot = {
  readonly purpose: KeyPurpose
  /** A JWT that is good now. */
  readonly genuine: string
  /** Another one, of another token. */
  readonly other: string
  /** The key that signs them: so that one claim alone is wrong, and nothing else. */
  readonly key: SigningKey
  /** The key of the other kind. */
  readonly otherKey: SigningKey
  readonly now: number
  /** Where somebody who followed an address in a header would be seen. */
  readonly trap: string
}

/** A text that must be refused wherever it is presented. */
export type Attack = { readonly kind: string; readonly name: string; readonly text: string }

/** `typ` of the JWTs of a kind. */
export const TYPE_OF = { access: 'latchkey-access+jwt', bearer: 'at+jwt' } as const

/** Bytes or text in base64url. */
export const encoded = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url')

/** The signature over bytes by a key of ours with its own algorithm, in base64url. */
export const signature = async ({ algorithm, privateKey }: SigningKey, input: string): Promise<string> =>
  encoded(
    sign(algorithm === 'EdDSA' ? null : 'sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  )

/** Signs two texts as they stand, JSON or not, with a key of ours. */
export const signTexts = async (key: SigningKey, header: string | Uint8Array, payload: string | Uint8Array) => {
  const input = `${encoded(header)}.${encoded(payload)}`
  return `${input}.${await signature(key, input)}`
}

/** The parts of a JWT, as texts of JSON. */
export const partsOf = (text: string) => {
  const [header = '', payload = '', signed = ''] = text.split('.')
  const read = (segment: string) => JSON.parse(Buffer.from(segment, 'base64url').toString()) as Record<string, unknown>
  return { header, payload, signed, claims: read(payload), members: read(header) }
}

/** The public half of a key in the form OpenSSL reads. */
export const publicKeyOf = ({ publicKey }: Pick<SigningKey, 'publicKey'>): KeyObject => publicKey

/** A table's rows as attacks of a kind; each text is made when it is asked for. */
export const attacks = async (
  kind: string,
  rows: readonly (readonly [name: string, text: string | Promise<string>])[],
): Promise<readonly Attack[]> => Promise.all(rows.map(async ([name, text]) => ({ kind, name, text: await text })))

/** Signs a genuine JWT's claims under a changed header, with our key. */
export const withHeader = ({ key, genuine }: Loot, change: Readonly<Record<string, unknown>>): Promise<string> => {
  const { members, claims } = partsOf(genuine)
  return signTexts(key, JSON.stringify({ ...members, ...change }), JSON.stringify(claims))
}

/** Signs changed claims under a genuine JWT's header, with our key. */
export const withClaims = ({ key, genuine }: Loot, change: Readonly<Record<string, unknown>>): Promise<string> => {
  const { members, claims } = partsOf(genuine)
  return signTexts(key, JSON.stringify(members), JSON.stringify({ ...claims, ...change }))
}

/** Signs a payload of any bytes under a genuine JWT's header, with our key. */
export const withPayload = ({ key, genuine }: Loot, payload: string | Uint8Array): Promise<string> =>
  signTexts(key, JSON.stringify(partsOf(genuine).members), payload)
