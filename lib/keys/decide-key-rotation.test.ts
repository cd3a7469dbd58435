import { describe, expect, it } from 'vitest'
import {
  activationDue,
  decideAskedRotation,
  decideKeyRotation,
  type KeyRotation,
  keySetOf,
} from '#lib/keys/decide-key-rotation.ts'
import {
  BEARER_LIFETIME_SECONDS_MAX,
  JWKS_CACHE_SECONDS,
  KEY_LEAD_SECONDS,
  RETIRING_MARGIN_SECONDS,
} from '#lib/keys/key-times.ts'
import { type StoredSigningKey, stateOf } from '#lib/keys/signing-key.ts'
import { DAY_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

const NOW = 1_800_000_000
const ROTATION = 90 * DAY_SECONDS

const key = (kid: string, change: Partial<StoredSigningKey> = {}): StoredSigningKey => ({
  kid,
  purpose: 'bearer',
  algorithm: 'ES256',
  publicJwk: '{}',
  privateJwkSealed: 'sealed',
  secretId: 'abcdefgh',
  createdAt: NOW,
  activeAt: NOW,
  retiringAt: null,
  removedAt: null,
  compromisedAt: null,
  ...change,
})
const next = (kid: string, createdAt: number, change: Partial<StoredSigningKey> = {}) =>
  key(kid, { createdAt, activeAt: null, ...change })
const retiring = (kid: string, retiringAt: number, change: Partial<StoredSigningKey> = {}) =>
  key(kid, { activeAt: NOW - ROTATION, retiringAt, ...change })

const decide = (keys: readonly StoredSigningKey[], now: number, change: Partial<KeyRotation> = {}) =>
  decideKeyRotation({
    keys,
    settings: { algorithms: { bearer: 'ES256', access: 'ES256' }, rotationSeconds: ROTATION },
    inUse: new Set(),
    now,
    ...change,
  })

describe('the state of a key', () => {
  it.each([
    ['next', { activeAt: null }],
    ['active', {}],
    ['retiring', { retiringAt: NOW }],
    ['removed', { retiringAt: NOW, removedAt: NOW }],
    ['removed', { activeAt: null, removedAt: NOW }],
    ['compromised', { retiringAt: NOW, removedAt: NOW, compromisedAt: NOW }],
  ] as const)('%s is told by its dates', (state, change) => {
    expect(stateOf(key('k', change))).toBe(state)
  })

  it('sorts the keys of a purpose, and of two next ones the older comes first', () => {
    const keys = [next('n1', NOW), next('n2', NOW + 1), key('a'), retiring('r', NOW), key('x', { purpose: 'access' })]
    expect(keySetOf(keys, 'bearer')).toMatchObject({
      next: { kid: 'n1' },
      active: { kid: 'a' },
      retiring: [{ kid: 'r' }],
    })
  })
})

describe('the next key', () => {
  it('is published a lead before the active one has signed for its time, with the algorithm that was chosen', () => {
    const due = NOW + ROTATION - KEY_LEAD_SECONDS
    const settings = { algorithms: { bearer: 'EdDSA', access: 'RS256' }, rotationSeconds: ROTATION } as const
    expect(decide([key('a')], due - 1, { settings })).toEqual([])
    expect(decide([key('a')], due, { settings })).toEqual([{ kind: 'publish', purpose: 'bearer', algorithm: 'EdDSA' }])
    expect(decide([key('a', { purpose: 'access' })], due, { settings })).toEqual([
      { kind: 'publish', purpose: 'access', algorithm: 'RS256' },
    ])
  })

  it('is never published by itself where keys are rotated by hand alone', () => {
    const settings = { algorithms: { bearer: 'ES256', access: 'ES256' }, rotationSeconds: 0 } as const
    expect(decide([key('a')], NOW + 100 * ROTATION, { settings })).toEqual([])
  })

  it('is one: there is no second beside it', () => {
    expect(decide([key('a'), next('n', NOW + ROTATION)], NOW + ROTATION)).toEqual([])
  })

  it('signs when it has been known for a lead, whoever published it', () => {
    const waiting = next('n', NOW + 5)
    const settings = { algorithms: { bearer: 'ES256', access: 'ES256' }, rotationSeconds: 0 } as const
    expect(decide([key('a'), waiting], activationDue(waiting) - 1, { settings })).toEqual([])
    expect(decide([key('a'), waiting], activationDue(waiting), { settings })).toEqual([
      { kind: 'activate', key: waiting },
    ])
  })

  it('has been known for far longer than anybody may remember a key set without it', () => {
    expect(KEY_LEAD_SECONDS).toBeGreaterThanOrEqual(JWKS_CACHE_SECONDS + 30 * MINUTE_SECONDS)
  })
})

describe('a retiring key', () => {
  const over = BEARER_LIFETIME_SECONDS_MAX + RETIRING_MARGIN_SECONDS

  it('of bearer JWTs is removed when none of them can be good', () => {
    const former = retiring('r', NOW)
    expect(decide([key('a'), former], NOW + over - 1)).toEqual([])
    expect(decide([key('a'), former], NOW + over)).toEqual([{ kind: 'remove', key: former }])
  })

  it('of access JWTs stays while a live credential names it, for years if need be', () => {
    const former = retiring('r', NOW, { purpose: 'access' })
    const keys = [key('a', { purpose: 'access', activeAt: NOW + 30 * ROTATION }), former]
    expect(decide(keys, NOW + 30 * ROTATION, { inUse: new Set(['r']) })).toEqual([])
    expect(decide(keys, NOW + 30 * ROTATION)).toEqual([{ kind: 'remove', key: former }])
  })

  it('of access JWTs stays a while though none names it: an answer may be under way', () => {
    const former = retiring('r', NOW, { purpose: 'access' })
    expect(decide([former], NOW + RETIRING_MARGIN_SECONDS - 1)).toEqual([])
    expect(decide([former], NOW + RETIRING_MARGIN_SECONDS)).toEqual([{ kind: 'remove', key: former }])
  })
})

describe('a rotation that somebody asks for', () => {
  const asked = { purpose: 'bearer', algorithm: 'ES256', atOnce: false } as const
  const waiting = next('n', NOW)

  it('publishes a new key, and activates it if it must be at once', () => {
    expect(decideAskedRotation([key('a')], asked)).toEqual({ next: 'new', activates: false })
    expect(decideAskedRotation([key('a')], { ...asked, atOnce: true })).toEqual({ next: 'new', activates: true })
  })

  it('takes the key that is next already', () => {
    expect(decideAskedRotation([key('a'), waiting], asked)).toEqual({ next: waiting, activates: false })
    expect(decideAskedRotation([key('a'), waiting], { ...asked, atOnce: true })).toEqual({
      next: waiting,
      activates: true,
    })
  })

  it('lets the next key go if it is of another algorithm', () => {
    expect(decideAskedRotation([key('a'), waiting], { ...asked, algorithm: 'EdDSA' })).toEqual({
      former: waiting,
      next: 'new',
      activates: false,
    })
  })

  it('looks at its own purpose alone', () => {
    expect(decideAskedRotation([next('n', NOW, { purpose: 'access' })], asked)).toEqual({
      next: 'new',
      activates: false,
    })
  })
})
