import { describe, expect, it } from 'vitest'
import { type Randomness, systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { formatSecret, isSecretText, sealSecret, secretPattern } from '#lib/keys/secret-text.ts'
import {
  digestsFrom,
  drawSalt,
  firstText,
  refreshDigest,
  refreshDigests,
  successorText,
} from '#lib/oauth/refresh-text.ts'

const OLD = 'q3Zt8vWm1LxR7cYb5NdK2fHj9GsPa4Ue'
const NEW = 'Ue4aPsG9jHf2KdN5bYc7RxL1mWv8tZ3q'
const ring = createSecretRing([OLD])

/** Randomness at a moment, which goes on by a millisecond each time. */
const from = (start: number): Randomness => {
  let ms = start
  return {
    ...systemRandomness,
    orderedUuid: () => {
      const hex = (ms++).toString(16).padStart(12, '0')
      return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
    },
  }
}

// A carry in each place of the stamp, up to the year 8889.
const MOMENTS = [0, 61, 62 ** 2 - 2, 62 ** 3 - 2, 1_800_000_000_000, 62 ** 7 - 2, 62 ** 8 - 4]

describe('the text of a refresh token', () => {
  it('has the form of a secret, whatever was drawn', () => {
    const highest = { ...from(62 ** 8 - 1), bytes: (count: number) => new Uint8Array(count).fill(255) }
    for (const text of [firstText(systemRandomness), firstText(from(0)), firstText(highest)]) {
      expect(isSecretText('lkr_', text)).toBe(true)
      expect(text).toMatch(new RegExp(`^${secretPattern('lkr_')}$`))
    }
  })

  it.each(MOMENTS)('grows with time, and its digest with it (%i)', (moment) => {
    const randomness = from(moment)
    const texts = [firstText(randomness), firstText(randomness), firstText(randomness)]
    expect(texts.toSorted()).toEqual(texts)
    const digests = texts.map((text) => refreshDigest(ring, text).digest)
    expect(digests.toSorted()).toEqual(digests)
  })

  it('tells by its digest whether it was made before a second', () => {
    const digestAt = (milliseconds: number) => refreshDigest(ring, firstText(from(milliseconds))).digest
    const at = 1_800_000_000
    expect(digestsFrom(at) <= digestAt(at * 1000)).toBe(true)
    expect(digestsFrom(at) > digestAt(at * 1000 - 1)).toBe(true)
  })

  it('is another one each time, within a millisecond too', () => {
    const still = { ...systemRandomness, orderedUuid: () => '01900000-0000-7000-8000-000000000000' }
    expect(new Set(Array.from({ length: 1000 }, () => firstText(still))).size).toBe(1000)
  })
})

describe('a successor', () => {
  const first = firstText(systemRandomness)

  it('is the same for the same predecessor and salt, and grows with the salt', () => {
    const randomness = from(1_800_000_000_000)
    const salts = [drawSalt(randomness), drawSalt(randomness)]
    const made = salts.map((salt) => successorText(ring, first, { salt, secretId: ring.currentId }))
    expect(salts.map((salt) => successorText(ring, first, { salt, secretId: ring.currentId }))).toEqual(made)
    expect(made.toSorted()).toEqual(made)
    for (const text of made) expect(isSecretText('lkr_', text)).toBe(true)
  })

  it('needs both the predecessor and all of the salt', () => {
    const salt = drawSalt(systemRandomness)
    const restOf = (predecessor: string, with_: string) =>
      successorText(ring, predecessor, { salt: with_, secretId: ring.currentId }).slice(12)
    const rests = [
      restOf(first, salt),
      restOf(firstText(systemRandomness), salt),
      // Another millisecond, whichever it was.
      restOf(first, `${salt.slice(0, 7)}${salt[7] === 'z' ? 'y' : 'z'}${salt.slice(8)}`),
      restOf(first, `${salt.slice(0, 8)}${drawSalt(systemRandomness).slice(8)}`),
    ]
    expect(new Set(rests).size).toBe(rests.length)
  })

  it('whose salt an earlier version drew is the one that version gave out', () => {
    const salt = Buffer.alloc(16, 7).toString('base64url')
    const given = formatSecret('lkr_', ring.derive('refresh-successor', `${first}\n${salt}`, ring.currentId))
    expect(successorText(ring, first, { salt, secretId: ring.currentId })).toBe(given)
  })
})

describe('the digests a text may be stored under', () => {
  const text = firstText(systemRandomness)

  it('hold the one it is stored under, first, and after a change of secrets too', () => {
    const { digest, secretId } = refreshDigest(ring, text)
    expect(secretId).toBe(ring.currentId)
    expect(refreshDigests(ring, text)[0]).toBe(digest)
    expect(refreshDigests(createSecretRing([NEW, OLD]), text)).toContain(digest)
    expect(refreshDigests(createSecretRing([NEW]), text)).not.toContain(digest)
  })

  it('hold those of earlier versions, last', () => {
    const both = createSecretRing([NEW, OLD])
    expect(refreshDigests(both, text).slice(-2)).toEqual(both.digests('refresh-token', text))
  })

  it('are none for what is no refresh token', () => {
    expect(refreshDigests(ring, '')).toEqual([])
    expect(refreshDigests(ring, formatSecret('lks_', systemRandomness.bytes(32)))).toEqual([])
    expect(refreshDigests(ring, `${text.slice(0, -1)}!`)).toEqual([])
  })

  it('are all others for the same text with another stamp', () => {
    const other = sealSecret('lkr_', `z${text.slice(5, -6)}`)
    expect(isSecretText('lkr_', other)).toBe(true)
    const mine = new Set(refreshDigests(ring, text))
    const others = refreshDigests(ring, other)
    expect(others).toHaveLength(2)
    expect(others.filter((digest) => mine.has(digest) || mine.has(digest.slice(8)))).toEqual([])
  })
})
