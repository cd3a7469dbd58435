import { type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { derFromRaw } from '#lib/keys/ecdsa-signature.ts'
import type { VerifyingKey } from '#lib/keys/key-ring.ts'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'

const verifyBytes = promisify<string | null, Buffer, KeyObject, Buffer, boolean>(verify)

type Verify = (key: KeyObject, input: Buffer, signature: Buffer) => Promise<boolean>

// As they are made (sign-jws.ts), the key bare here as well: RFC 7518 §3.3 and §3.4, RFC 8037 §3.1.
const VERIFY: Readonly<Record<SigningAlgorithm, Verify>> = {
  ES256: async (key, input, signature) => {
    const der = derFromRaw(signature)
    return der !== undefined && (await verifyBytes('sha256', input, key, der))
  },
  RS256: (key, input, signature) => verifyBytes('sha256', input, key, signature),
  EdDSA: (key, input, signature) => verifyBytes(null, input, key, signature),
}

/**
 * The payload of a compact JWS in canonical form (RFC 7515 §5.2), if one of our keys signed it with its own algorithm,
 * whatever its header says; else undefined. The signature is verified beside the event loop.
 */
export const verifyJws = async (
  { algorithm, publicKey }: Pick<VerifyingKey, 'algorithm' | 'publicKey'>,
  text: string,
): Promise<Buffer | undefined> => {
  const end = text.lastIndexOf('.')
  const signature = Buffer.from(text.slice(end + 1), 'base64url')
  const isGood = await VERIFY[algorithm](publicKey, Buffer.from(text.slice(0, end)), signature).catch(() => false)
  return isGood ? Buffer.from(text.slice(text.indexOf('.') + 1, end), 'base64url') : undefined
}
