import { describe, expect, it } from 'vitest'
import { decideProof, type ProofAsked } from '#lib/verdict/decide-proof.ts'
import type { DPoPProof } from '#lib/verdict/dpop-proof.ts'
import { athOf } from '#lib/verdict/proof.fixture.ts'

const NOW = 1_800_000_000
const URL_HERE = 'https://api.example/records/7'
const NONCES = { accepts: (text: string) => text === 'fresh' }

const proof: DPoPProof = { thumbprint: 'key-1', jti: 'j', htm: 'GET', htu: URL_HERE, iat: NOW, ath: athOf('a.b.c') }
const asked: ProofAsked = {
  request: { method: 'GET', url: URL_HERE },
  token: { text: 'a.b.c', thumbprint: 'key-1' },
  nonceNeeded: false,
}

const decide = (change: Partial<DPoPProof> = {}, ask: Partial<ProofAsked> = {}, now = NOW) =>
  decideProof({ ...proof, ...change }, { ...asked, ...ask }, NONCES, now)

describe('a proof that fits', () => {
  it.each<readonly [string, Partial<DPoPProof>, Partial<ProofAsked>]>([
    ['its request and token', {}, {}],
    ['its request, written otherwise', { htu: 'HTTPS://API.example:443/records/%37?q#f' }, {}],
    ['its request, whose query is not part of it', {}, { request: { method: 'GET', url: `${URL_HERE}?page=2` } }],
    ['the nonce of the server', { nonce: 'fresh' }, {}],
    ['the nonce that was asked for', { nonce: 'fresh' }, { nonceNeeded: true }],
    ['a request for a token', { ath: undefined, thumbprint: 'any' }, { token: undefined }],
    ['a minute ago', { iat: NOW - 60 }, {}],
    ['a minute to come', { iat: NOW + 60 }, {}],
    ['times of its own', { nbf: NOW, exp: NOW + 1 }, {}],
  ])('%s', (_, change, ask) => {
    expect(decide(change, ask)).toBeUndefined()
  })
})

describe('a proof that does not', () => {
  it.each<readonly [string, Partial<DPoPProof>, Partial<ProofAsked>]>([
    ['key', { thumbprint: 'key-2' }, {}],
    ['token', { ath: undefined }, {}],
    ['token', { ath: athOf('a.b.d') }, {}],
    ['token', { ath: `${athOf('a.b.c')}=` }, {}],
    ['method', { htm: 'POST' }, {}],
    ['method', { htm: 'get' }, {}],
    ['url', { htu: 'https://api.example/records/8' }, {}],
    ['url', { htu: '/records/7' }, {}],
    ['url', { htu: 'nonsense' }, { request: { method: 'GET', url: 'nonsense' } }],
    ['time', { iat: NOW - 61 }, {}],
    ['time', { iat: NOW + 61 }, {}],
    ['time', { exp: NOW }, {}],
    ['time', { nbf: NOW + 61 }, {}],
    ['nonce', {}, { nonceNeeded: true }],
    ['nonce', { nonce: 'stale' }, {}],
    ['nonce', { nonce: '' }, {}],
    ['nonce', { nonce: 'stale' }, { nonceNeeded: true }],
  ])('fails by its %s: %j', (flaw, change, ask) => {
    expect(decide(change, ask)).toBe(flaw)
  })
})

it('is refused by its key alone where a token is bound to another one (saboteur)', () => {
  const borrowed = { thumbprint: 'thief' }
  expect(decide(borrowed)).toBe('key')
  expect(decide(borrowed, { token: { text: 'a.b.c', thumbprint: 'thief' } })).toBeUndefined()
})
