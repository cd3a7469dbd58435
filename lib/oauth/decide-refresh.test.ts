import { describe, expect, it } from 'vitest'
import { decideRefresh } from '#lib/oauth/decide-refresh.ts'
import { REFRESH_LIFETIME_SECONDS, RETRY_WINDOW_SECONDS, type StoredRefresh } from '#lib/oauth/refresh-token.ts'

const NOW = 1_800_000_000
const CLIENT = { tenantId: 'acme', tokenId: 'token-1' }

const row = (change: Partial<StoredRefresh> = {}): StoredRefresh => ({
  ...CLIENT,
  sequence: 1,
  familyId: 'family-1',
  scope: null,
  audience: 'https://id.example',
  salt: null,
  secretId: 'secret-1',
  createdAt: NOW - 1000,
  usedAt: null,
  endedAt: null,
  endedReason: null,
  ...change,
})

const decide = (refresh: StoredRefresh | undefined, successor?: StoredRefresh, now = NOW) =>
  decideRefresh({ refresh, successor }, CLIENT, now)

const usedNow = row({ usedAt: NOW })
const next = (change: Partial<StoredRefresh> = {}) => row({ sequence: 2, salt: 'salt', createdAt: NOW, ...change })

describe('a refresh token nobody used', () => {
  it('rotates', () => {
    expect(decide(row())).toEqual({ kind: 'rotate', refresh: row() })
  })

  it.each([
    ['is unknown', undefined, 'unknown'],
    ['belongs to another client', row({ tokenId: 'token-2' }), 'other_client'],
    ['belongs to another tenant', row({ tenantId: 'globex' }), 'other_client'],
    ['was evicted', row({ endedAt: NOW - 1 }), 'ended'],
    ['expired', row({ createdAt: NOW - REFRESH_LIFETIME_SECONDS }), 'expired'],
  ] as const)('is refused when it %s', (_, refresh, why) => {
    expect(decide(refresh)).toEqual({ kind: 'refuse', why })
  })

  it('is good in its last second', () => {
    expect(decide(row({ createdAt: NOW - REFRESH_LIFETIME_SECONDS + 1 })).kind).toBe('rotate')
  })
})

describe('a used refresh token', () => {
  it('answers with its unused successor for 60 seconds', () => {
    expect(decide(usedNow, next())).toEqual({ kind: 'repeat', refresh: usedNow, successor: next() })
    expect(decide(usedNow, next(), NOW + RETRY_WINDOW_SECONDS).kind).toBe('repeat')
  })

  it('is a late retry after that, while the successor is unused', () => {
    expect(decide(usedNow, next(), NOW + RETRY_WINDOW_SECONDS + 1)).toEqual({ kind: 'late_retry', refresh: usedNow })
  })

  it('is theft once its successor was used, within the 60 seconds too', () => {
    for (const now of [NOW, NOW + 10_000]) {
      expect(decide(usedNow, next({ usedAt: NOW }), now)).toEqual({ kind: 'theft', refresh: usedNow })
    }
  })

  it.each([
    ['its successor was evicted', usedNow, next({ endedAt: NOW }), 'ended'],
    ['its successor was forgotten', usedNow, undefined, 'ended'],
    ['its family has ended', row({ usedAt: NOW, endedAt: NOW }), next({ usedAt: NOW, endedAt: NOW }), 'ended'],
    ['it is too old', row({ usedAt: NOW, createdAt: 0 }), next({ usedAt: NOW }), 'expired'],
    ['another client sends it', row({ usedAt: NOW, tokenId: 'token-2' }), next({ usedAt: NOW }), 'other_client'],
  ] as const)('is no theft when %s', (_, refresh, successor, why) => {
    expect(decide(refresh, successor)).toEqual({ kind: 'refuse', why })
  })
})
