import { describe, expect, it } from 'vitest'
import { issueInput, toIssueRequest } from '#app/a/[slug]/tokens/new/issue-input.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { issueRequest } from '#lib/tokens/token-request.ts'

const FILLED = {
  slug: 'acme',
  idempotencyKey: 'k-1',
  context: 'user',
  type: 'access_token',
  name: ' nightly ',
  grant: 'owner',
  expiry: '7776000',
  expiryDate: '',
  ipAllowlist: '',
}

const ACCOUNT_ONLY = new Set(['tenant.tokens:manage'])

const request = (change: Readonly<Record<string, unknown>> = {}) =>
  toIssueRequest(issueInput.parse({ ...FILLED, ...change }), ACCOUNT_ONLY)

const refusedFields = (change: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    parseInput(issueRequest, request(change))
    return []
  } catch (thrown) {
    return Object.keys((thrown as { fields?: object }).fields ?? {})
  }
}

describe('toIssueRequest', () => {
  it('makes of an untouched form a personal token that follows its owner for 90 days', () => {
    expect(parseInput(issueRequest, request())).toEqual({
      context: 'user',
      type: 'access_token',
      name: 'nightly',
      description: '',
      grant: { mode: 'owner' },
      expiry: { kind: 'after', seconds: 7_776_000 },
      ipAllowlist: [],
      metadata: {},
      refreshMode: 'default',
      dpopRequired: false,
      requestsPerMinute: null,
      idempotencyKey: 'k-1',
    })
  })

  it('asks for what clients have where the token is one, and for keys where it has its own', () => {
    const chosen = { proof: 'key', publicJwks: '{}', refreshMode: 'off', dpopRequired: 'yes' }
    expect(request(chosen)).not.toHaveProperty('publicJwks')
    expect(request(chosen)).not.toHaveProperty('refreshMode')
    expect(request({ ...chosen, type: 'client_credentials' })).toMatchObject({
      publicJwks: '{}',
      refreshMode: 'off',
      dpopRequired: true,
    })
    expect(request({ ...chosen, type: 'client_credentials', proof: 'secret' })).not.toHaveProperty('publicJwks')
    expect(refusedFields({ ...chosen, type: 'client_credentials', publicJwks: '' })).toEqual(['publicJwks'])
  })

  it('ignores ticks out of sight: those of "only these" while it follows the role', () => {
    expect(request({ permissions: ['projects:read'] }).grant).toEqual({ mode: 'owner' })
  })

  it('gives a personal token nothing that only the account’s may hold', () => {
    const permissions = ['projects:read', 'tenant.tokens:manage']
    expect(request({ grant: 'permissions', permissions }).grant).toEqual({
      mode: 'permissions',
      permissions: ['projects:read'],
    })
    expect(request({ context: 'tenant', grant: 'owner', permissions }).grant).toEqual({
      mode: 'permissions',
      permissions,
    })
  })

  it('reads one ticked permission as well as several', () => {
    expect(request({ grant: 'permissions', permissions: 'a:b' }).grant).toEqual({
      mode: 'permissions',
      permissions: ['a:b'],
    })
  })

  it('lets a date last until its end', () => {
    expect(request({ expiry: 'at', expiryDate: '2027-02-20' }).expiry).toEqual({
      kind: 'at',
      numericDate: Date.UTC(2027, 1, 20, 23, 59, 59) / 1000,
    })
  })

  it('reads ranges line by line', () => {
    expect(request({ ipAllowlist: ' 203.0.113.7 \r\n\r\n2001:db8::/32, 10.0.0.0/8' }).ipAllowlist).toEqual([
      '203.0.113.7',
      '2001:db8::/32',
      '10.0.0.0/8',
    ])
  })

  it('reads a limit in digits, and none where nothing stands', () => {
    expect(request({ requestsPerMinute: ' 600 ' }).requestsPerMinute).toBe(600)
    expect(request({ requestsPerMinute: ' ' }).requestsPerMinute).toBeNull()
  })

  it.each([
    [{ name: '' }, ['name']],
    [{ context: '' }, ['context']],
    [{ type: 'x' }, ['type']],
    [{ grant: 'permissions' }, ['grant.permissions']],
    [{ expiry: 'at', expiryDate: '' }, ['expiry.numericDate']],
    [{ expiry: '' }, ['expiry.seconds']],
    [{ expiry: '-1' }, ['expiry.seconds']],
    [{ ipAllowlist: '1.2.3.4\nx' }, ['ipAllowlist.1']],
    [{ requestsPerMinute: '0' }, ['requestsPerMinute']],
    [{ requestsPerMinute: '1e3' }, ['requestsPerMinute']],
    [{ requestsPerMinute: '1000001' }, ['requestsPerMinute']],
    [{ requestsPerMinute: 'many' }, ['requestsPerMinute']],
  ])('leaves %j to be refused at %j', (change, fields) => {
    expect(refusedFields(change)).toEqual(fields)
  })
})
