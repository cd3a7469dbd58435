import { describe, expect, it } from 'vitest'
import { createRecentRefreshes } from '#lib/oauth/recent-refreshes.ts'
import type { StoredRefresh } from '#lib/oauth/refresh-token.ts'

const stored = (tenantId: string, sequence = 1): StoredRefresh => ({
  tenantId,
  tokenId: 'token',
  sequence,
  familyId: 'family',
  scope: null,
  audience: 'https://id.example',
  salt: null,
  secretId: 'secret',
  createdAt: 1_800_000_000,
  usedAt: null,
  endedAt: null,
  endedReason: null,
})

describe('a recent refresh token', () => {
  it('is found by any of the digests its text has, and once', () => {
    const recent = createRecentRefreshes()
    recent.keep('digest', stored('acme'))
    expect(recent.take('acme', ['newer', 'digest'])).toEqual(stored('acme'))
    expect(recent.take('acme', ['newer', 'digest'])).toBeUndefined()
  })

  it('is nobody’s but its tenant’s, and stays for who has it', () => {
    const recent = createRecentRefreshes()
    recent.keep('digest', stored('acme'))
    expect(recent.take('globex', ['digest'])).toBeUndefined()
    expect(recent.take('acme', ['digest'])).toBeDefined()
  })

  it('is forgotten once ten thousand others came after it', () => {
    const recent = createRecentRefreshes()
    for (let sequence = 0; sequence <= 10_000; sequence += 1)
      recent.keep(`digest ${sequence}`, stored('acme', sequence))
    expect(recent.take('acme', ['digest 0'])).toBeUndefined()
    expect(recent.take('acme', ['digest 1'])?.sequence).toBe(1)
  })
})
