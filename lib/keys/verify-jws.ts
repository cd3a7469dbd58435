import type { VerifyingKey } from '#lib/keys/key-ring.ts'

/**
 * The payload of a compact JWS in canonical form (RFC 7515 §5.2), if one of our keys signed it with its own algorithm,
 * whatever its header says; else undefined. Where the signature is verified is the ring's affair.
 */
export const verifyJws = async (
  { verify }: Pick<VerifyingKey, 'verify'>,
  text: string,
): Promise<Buffer | undefined> => {
  const end = text.lastIndexOf('.')
  const isGood = await verify(text.slice(0, end), text.slice(end + 1))
  return isGood ? Buffer.from(text.slice(text.indexOf('.') + 1, end), 'base64url') : undefined
}
