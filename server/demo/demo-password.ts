import { hkdfSync } from 'node:crypto'

// No l, o, u or i: read aloud or copied by hand it stays what it is.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LETTERS = 16
const GROUP = 4

/**
 * The demo people's password: four groups of four letters (80 bits) that only the secret of this demo's folder gives.
 * Made anew with each folder, the same at each start of it, and kept nowhere.
 */
export const demoPassword = (secret: string): string => {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, 'latchkey', 'demo password', LETTERS))
  const letters = [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return letters.replaceAll(new RegExp(`.{${GROUP}}(?=.)`, 'g'), '$&-')
}
