import { LIMITS } from '#lib/config/limits.ts'

const SEGMENTS = 3
const BASE64URL = /^[\w-]+$/

// Decoders pass over stray bits and padding; only the one canonical spelling of a segment is taken (rule 9).
const isCanonical = (segment: string): boolean =>
  BASE64URL.test(segment) && Buffer.from(segment, 'base64url').toString('base64url') === segment

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
export const readCompactJws = (text: string): CompactJws | undefined => {
  if (text.length > LIMITS.credentialBytes) return undefined
  const segments = text.split('.', SEGMENTS + 1)
  if (segments.length !== SEGMENTS || !segments.every(isCanonical)) return undefined
  return { header: parsed(segments[0]), claims: () => parsed(segments[1]) }
}
