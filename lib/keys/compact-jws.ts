import { LIMITS } from '#lib/config/limits.ts'

const SEGMENTS = 3
const BASE64URL = /^[\w-]+$/

/** Whether a text is the one canonical spelling of its bytes: decoders pass over stray bits and padding (rule 9). */
export const isCanonicalBase64url = (text: string): boolean =>
  BASE64URL.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text

const parsed = (segment = ''): unknown => {
  try {
    return JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** What a compact JWS says before its signature is verified: nothing of it is to be believed. */
export type CompactJws = { readonly header: unknown; claims(): unknown }

/**
 * Takes a compact JWS (RFC 7515 §7.1) apart: size and canonical form first; undefined for all else. A part that is no JSON
 * reads as undefined.
 */
export const readCompactJws = (text: string, bytesMax: number = LIMITS.credentialBytes): CompactJws | undefined => {
  if (text.length > bytesMax) return undefined
  const segments = text.split('.', SEGMENTS + 1)
  if (segments.length !== SEGMENTS || !segments.every(isCanonicalBase64url)) return undefined
  return { header: parsed(segments[0]), claims: () => parsed(segments[1]) }
}
