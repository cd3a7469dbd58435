// Of P-256, the one curve we sign with (RFC 7518 §3.4): r and s of 32 bytes each.
const NUMBER_BYTES = 32
const SEQUENCE = 0x30
const INTEGER = 0x02
const HEADER_BYTES = 2

const fromInteger = (der: Buffer, start: number, into: Buffer, end: number): number => {
  const from = start + HEADER_BYTES
  const after = from + (der[start + 1] ?? 0)
  // A sign of its own stands before a number whose first bit is set; a small number is shorter.
  const digits = der.subarray(Math.max(from, after - NUMBER_BYTES), after)
  digits.copy(into, end - digits.length)
  return after
}

const toInteger = (number: Buffer): Buffer => {
  let first = 0
  while (first < NUMBER_BYTES - 1 && number[first] === 0) first += 1
  const digits = number.subarray(first)
  const sign = (digits[0] ?? 0) > 0x7f ? [0] : []
  return Buffer.from([INTEGER, sign.length + digits.length, ...sign, ...digits])
}

/**
 * An ES256 signature as a JWS has it, r and s side by side in 64 bytes (RFC 7518 §3.4), from the DER that OpenSSL makes
 * (`Ecdsa-Sig-Value`, RFC 3279 §2.2.3). For signatures just made: what a stranger sends is never read as DER.
 */
export const rawFromDer = (der: Buffer): Buffer => {
  const raw = Buffer.alloc(2 * NUMBER_BYTES)
  const second = fromInteger(der, HEADER_BYTES, raw, NUMBER_BYTES)
  fromInteger(der, second, raw, 2 * NUMBER_BYTES)
  return raw
}

/** The same signature in DER, from its 64 bytes; undefined if it has another length. */
export const derFromRaw = (raw: Buffer): Buffer | undefined => {
  if (raw.length !== 2 * NUMBER_BYTES) return undefined
  const r = toInteger(raw.subarray(0, NUMBER_BYTES))
  const s = toInteger(raw.subarray(NUMBER_BYTES))
  return Buffer.concat([Buffer.from([SEQUENCE, r.length + s.length]), r, s])
}
