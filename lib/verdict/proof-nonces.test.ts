import { expect, it } from 'vitest'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { createProofNonces } from '#lib/verdict/proof-nonces.ts'

const OLD = 'the secret of before, long enough to be one'
const NEW = 'the secret of now, as long as the other one'
const START = 1_800_000_000

const noncesAt = (now: () => number, ...secrets: [string, ...string[]]) =>
  createProofNonces({ secretRing: createSecretRing(secrets), clock: { now } })

it('are the same in every process that has the secret, and stored nowhere', () => {
  const one = noncesAt(() => START, OLD)
  const other = noncesAt(() => START + 170, OLD)
  expect(other.current()).toBe(one.current())
  expect(other.accepts(one.current())).toBe(true)
})

it('change every three minutes, and the one before is still good', () => {
  let now = START
  const nonces = noncesAt(() => now, OLD)
  const first = nonces.current()
  now = START + 180
  expect(nonces.current()).not.toBe(first)
  expect(nonces.accepts(first)).toBe(true)
  now = START + 359
  expect(nonces.accepts(first)).toBe(true)
  now = START + 360
  expect(nonces.accepts(first)).toBe(false)
})

it('are not known before their time', () => {
  const later = noncesAt(() => START + 180, OLD).current()
  expect(noncesAt(() => START, OLD).accepts(later)).toBe(false)
})

it('under a secret that is being replaced stay good, under another are not', () => {
  const old = noncesAt(() => START, OLD).current()
  expect(noncesAt(() => START, NEW, OLD).accepts(old)).toBe(true)
  expect(noncesAt(() => START, NEW, OLD).current()).not.toBe(old)
  expect(noncesAt(() => START, NEW).accepts(old)).toBe(false)
  for (const text of ['', 'nonsense', `${old}=`]) expect(noncesAt(() => START, OLD).accepts(text)).toBe(false)
})

it('may stand in a header as they are (RFC 9449 §8.1)', () => {
  expect(noncesAt(() => START, OLD).current()).toMatch(/^[\w-]{43}$/)
})
