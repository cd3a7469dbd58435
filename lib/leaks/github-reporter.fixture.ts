import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** The public document of some keys, as GitHub publishes it. */
export const keyDocument = (keys: Readonly<Record<string, KeyObject>>): string =>
  JSON.stringify({
    public_keys: Object.entries(keys).map(([key_identifier, key], index) => ({
      key_identifier,
      key: key.export({ type: 'spki', format: 'pem' }).toString(),
      is_current: index === 0,
    })),
  })

/** Somebody who signs as GitHub does, with a key of their own. */
export const githubReporter = (keyId = 'key-1') => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return {
    keyId,
    publicKey,
    document: keyDocument({ [keyId]: publicKey }),
    /** The signature of a body, as it stands in the header. */
    sign: (body: string | Uint8Array): string =>
      sign('sha256', typeof body === 'string' ? Buffer.from(body) : body, privateKey).toString('base64'),
  }
}

/** What GitHub reports of these tokens, in a spelling of JSON that nobody would write again. */
export const githubBody = (...tokens: readonly string[]): string =>
  `[ ${tokens
    .map(
      (token) =>
        `{"token": "${token}","type":"latchkey_secret", "url":"https:\\/\\/github.com/o/r/blob/1/.env","source":"commit"}`,
    )
    .join(' , ')} ]\n`
