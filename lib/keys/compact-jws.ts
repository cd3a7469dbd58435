import { LIMITS } from '#lib/config/limits.ts'

const SEGMENTS = 3
const BASE64URL = /^[\w-]+$/

/** Whether a text is the one canonical spelling of its bytes: decoders pass over stray bits and padding (rule 9). */
export const isCanonicalBase64url = (text: string): boolean =>
  BASE64URL.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text

const decoded = (segment = ''): Buffer => Buffer.from(segment, 'base64url')

const parsed = (segment: string | undefined): unknown => {
  try {
    return JSON.parse(decoded(segment).toString('utf8'))
  } catch {
    return undefined
  }
}

/** What a compact JWS says before its signature is verified: nothing of it is to be believed. */
export type CompactJws = { headerBytes(): Uint8Array; header(): unknown; claims(): unknown }

/**
 * Takes a compact JWS (RFC 7515 §7.1) apart: size and canonical form first; undefined for all else. A part that is no JSON
 * reads as undefined.
 */
export const readCompactJws = (text: string, bytesMax: number = LIMITS.credentialBytes): CompactJws | undefined => {
  if (text.length > bytesMax) return undefined
  const segments = text.split('.', SEGMENTS + 1)
  if (segments.length !== SEGMENTS || !segments.every(isCanonicalBase64url)) return undefined
  const [header, claims] = segments
  return { headerBytes: () => decoded(header), header: () => parsed(header), claims: () => parsed(claims) }
}
