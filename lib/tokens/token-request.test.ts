import { describe, expect, it } from 'vitest'
import { parseInput } from '#lib/errors/parse-input.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { editRequest, issueRequest } from '#lib/tokens/token-request.ts'

const good = {
  context: 'user',
  type: 'access_token',
  name: 'nightly',
  grant: { mode: 'owner' },
  expiry: { kind: 'never' },
}

const fieldsOf = (input: unknown): readonly string[] => {
  try {
    parseInput(issueRequest, input)
    return []
  } catch (thrown) {
    if (!isPortalError(thrown) || thrown.code !== 'request.invalid') throw thrown
    return Object.keys(thrown.fields ?? {})
  }
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) })
const deepList = (depth: number): unknown => {
  let list: unknown = 1
  for (let level = 0; level < depth; level += 1) list = [list]
  return list
}

describe('a request for a token', () => {
  it('has defaults for all that a door need not ask', () => {
    expect(parseInput(issueRequest, good)).toEqual({
      ...good,
      description: '',
      ipAllowlist: [],
      metadata: {},
      refreshMode: 'default',
      requestsPerMinute: null,
      dpopRequired: false,
    })
  })

  it.each<readonly [string, object, string]>([
    ['context', { context: 'admin' }, 'context'],
    ['context', { context: undefined }, 'context'],
    ['type', { type: 'jwt' }, 'type'],
    ['name', { name: '' }, 'name'],
    ['name', { name: ' \t ' }, 'name'],
    ['name', { name: undefined }, 'name'],
    ['name', { name: 'x'.repeat(101) }, 'name'],
    ['name', { name: 'two\nlines' }, 'name'],
    ['name', { name: 'a\0b' }, 'name'],
    ['name', { name: 'invoice\u202Efdp.exe' }, 'name'],
    ['name', { name: '\u200b\u200b' }, 'name'],
    ['name', { name: 'a\ud800b' }, 'name'],
    ['description', { description: 'x'.repeat(501) }, 'description'],
    ['description', { description: 'a\0b' }, 'description'],
    ['grant', { grant: { mode: 'all' } }, 'grant.mode'],
    ['grant', { grant: { mode: 'permissions', permissions: [] } }, 'grant.permissions'],
    ['grant', { grant: { mode: 'permissions', permissions: ['Projects'] } }, 'grant.permissions.0'],
    ['grant', { grant: { mode: 'permissions', permissions: Array(501).fill('a:b') } }, 'grant.permissions'],
    ['grant', { grant: { mode: 'roles', roles: [] } }, 'grant.roles'],
    ['expiry', { expiry: { kind: 'after', seconds: 0 } }, 'expiry.seconds'],
    ['expiry', { expiry: { kind: 'after', seconds: 1.5 } }, 'expiry.seconds'],
    ['expiry', { expiry: { kind: 'after', seconds: 1e300 } }, 'expiry.seconds'],
    ['expiry', { expiry: { kind: 'at', numericDate: 253_402_300_800 } }, 'expiry.numericDate'],
    ['expiry', { expiry: { kind: 'at', numericDate: Number.NaN } }, 'expiry.numericDate'],
    ['addresses', { ipAllowlist: ['192.0.2.1', 'home'] }, 'ipAllowlist.1'],
    ['addresses', { ipAllowlist: ['0x7f.1'] }, 'ipAllowlist.0'],
    ['addresses', { ipAllowlist: Array(51).fill('::1') }, 'ipAllowlist'],
    ['metadata', { metadata: [] }, 'metadata'],
    ['metadata', { metadata: { a: 'x'.repeat(1020) } }, 'metadata'],
    ['metadata', { metadata: { a: '\0' } }, 'metadata'],
    ['metadata', { metadata: nested(18) }, 'metadata'],
    ['metadata', { metadata: { a: deepList(20_000) } }, 'metadata'],
    ['key', { idempotencyKey: '' }, 'idempotencyKey'],
    ['key', { idempotencyKey: 'a b' }, 'idempotencyKey'],
    ['key', { idempotencyKey: 'x'.repeat(256) }, 'idempotencyKey'],
  ])('is refused beside its %s: %#', (_, change, field) => {
    expect(fieldsOf({ ...good, ...change })).toEqual([field])
  })

  it.each<object>([
    { name: 'x'.repeat(100) },
    { name: 'Tür → 東京 🔑' },
    { description: 'two\nlines' },
    { metadata: { a: 'x'.repeat(1016) } },
    { metadata: nested(16) },
    { ipAllowlist: ['::ffff:192.0.2.1', '10.0.0.0/8'] },
    { idempotencyKey: 'x'.repeat(255) },
  ])('takes what just fits: %#', (change) => {
    expect(fieldsOf({ ...good, ...change })).toEqual([])
  })
})

describe('a request to change a token', () => {
  it('leaves what is absent absent', () => {
    expect(parseInput(editRequest, {})).toEqual({})
    expect(parseInput(editRequest, { description: '' })).toEqual({ description: '' })
  })

  it('changes neither context nor type nor expiry', () => {
    expect(parseInput(editRequest, { context: 'tenant', type: 'access_token', expiry: { kind: 'never' } })).toEqual({})
  })
})
