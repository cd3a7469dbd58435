import { describe, expect, it } from 'vitest'
import type { Grant, Token } from '#lib/tokens/token.ts'
import { isWidened } from '#lib/tokens/widening.ts'

const former = {
  grant: { mode: 'permissions', permissions: ['a:read', 'b:read'] } as Grant,
  ipAllowlist: ['10.0.0.0/8', '192.0.2.1/32'],
  dpopRequiredAt: 5,
  requestsPerMinute: 60,
}
type Change = Partial<Pick<Token, 'grant' | 'ipAllowlist' | 'dpopRequiredAt' | 'requestsPerMinute'>>

describe('a token', () => {
  it.each<Change>([
    { grant: { mode: 'permissions', permissions: ['a:read', 'c:read'] } },
    { grant: { mode: 'roles', roles: ['member'] } },
    { grant: { mode: 'owner' } },
    { ipAllowlist: [] },
    { ipAllowlist: ['10.0.0.0/8', '198.51.100.0/24'] },
    { dpopRequiredAt: null },
    { requestsPerMinute: 61 },
    { requestsPerMinute: null },
  ])('is widened by %j', (change) => {
    expect(isWidened({ ...former, ...change }, former)).toBe(true)
  })

  it.each<Change>([
    {},
    { grant: { mode: 'permissions', permissions: ['a:read'] } },
    { ipAllowlist: ['10.0.0.0/8'] },
    { requestsPerMinute: 59 },
  ])('is not widened by %j', (change) => {
    expect(isWidened({ ...former, ...change }, former)).toBe(false)
  })

  it('that anybody may use from anywhere, as often as they like, is not widened by bounds', () => {
    const free = { ...former, ipAllowlist: [], dpopRequiredAt: null, requestsPerMinute: null }
    expect(isWidened(former, free)).toBe(false)
    expect(isWidened(free, free)).toBe(false)
  })

  it('with roles is widened by one more of them alone', () => {
    const roles = (...keys: readonly string[]) => ({ ...former, grant: { mode: 'roles', roles: keys } as const })
    expect(isWidened(roles('member', 'admin'), roles('member'))).toBe(true)
    expect(isWidened(roles('member'), roles('member', 'admin'))).toBe(false)
  })
})
