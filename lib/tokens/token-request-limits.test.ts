import { describe, expect, it } from 'vitest'
import { LIMITS } from '#lib/config/limits.ts'
import { editRequest, issueRequest, pauseRequest } from '#lib/tokens/token-request.ts'

const good = {
  context: 'user',
  type: 'access_token',
  name: 'nightly',
  grant: { mode: 'owner' },
  expiry: { kind: 'never' },
}

const takes = (change: object): boolean => issueRequest.safeParse({ ...good, ...change }).success
const distinctAddresses = (count: number) =>
  Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`)
const distinctKeys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}:read`)

/** Metadata whose JSON text has exactly so many bytes, padded with a text of so many bytes a character. */
const metadataOf = (bytes: number, character = 'x') => {
  const frame = Buffer.byteLength('{"a":""}')
  const width = Buffer.byteLength(character)
  const rest = bytes - frame
  return { a: character.repeat(Math.floor(rest / width)) + 'y'.repeat(rest % width) }
}

describe('at exactly the limit, and one more', () => {
  it.each<readonly [string, object, object]>([
    ['characters of a name', { name: 'x'.repeat(100) }, { name: 'x'.repeat(101) }],
    ['signs of a name, not their UTF-16 units', { name: '🔑'.repeat(100) }, { name: '🔑'.repeat(101) }],
    ['characters of a description', { description: 'x'.repeat(500) }, { description: 'x'.repeat(501) }],
    ['addresses', { ipAllowlist: distinctAddresses(50) }, { ipAllowlist: distinctAddresses(51) }],
    ['bytes of metadata', { metadata: metadataOf(1024) }, { metadata: metadataOf(1025) }],
    ['bytes of metadata in two-byte signs', { metadata: metadataOf(1024, 'é') }, { metadata: metadataOf(1025, 'é') }],
    [
      'bytes of metadata in four-byte signs',
      { metadata: metadataOf(1024, '🔑') },
      { metadata: metadataOf(1025, '🔑') },
    ],
    [
      'permissions',
      { grant: { mode: 'permissions', permissions: distinctKeys(500) } },
      { grant: { mode: 'permissions', permissions: distinctKeys(501) } },
    ],
    [
      'roles',
      { grant: { mode: 'roles', roles: distinctKeys(500) } },
      { grant: { mode: 'roles', roles: distinctKeys(501) } },
    ],
    [
      'characters of a role',
      { grant: { mode: 'roles', roles: ['x'.repeat(100)] } },
      { grant: { mode: 'roles', roles: ['x'.repeat(101)] } },
    ],
    [
      'characters of a side of a permission',
      { grant: { mode: 'permissions', permissions: [`${'a'.repeat(40)}:${'b'.repeat(40)}`] } },
      { grant: { mode: 'permissions', permissions: [`${'a'.repeat(40)}:${'b'.repeat(41)}`] } },
    ],
    [
      'the last second there is',
      { expiry: { kind: 'at', numericDate: 253_402_300_799 } },
      { expiry: { kind: 'at', numericDate: 253_402_300_800 } },
    ],
    ['the shortest lifetime', { expiry: { kind: 'after', seconds: 1 } }, { expiry: { kind: 'after', seconds: 0 } }],
    ['characters of a repeatable request', { idempotencyKey: 'k'.repeat(255) }, { idempotencyKey: 'k'.repeat(256) }],
  ])('%s', (_, fits, isTooMuch) => {
    expect([takes(fits), takes(isTooMuch)]).toEqual([true, false])
  })

  it('the limits are those that forms show', () => {
    expect(LIMITS).toMatchObject({ nameLength: 100, descriptionLength: 500, allowlistEntries: 50, metadataBytes: 1024 })
  })
})

describe('characters', () => {
  it.each(['\0', '\u0001', '\t', '\n', '\r', '\u001b', '\u007f', '\u0085'])('%j is in no name', (character) => {
    expect(takes({ name: `a${character}b` })).toBe(false)
  })

  it.each(['é', 'e\u0301', 'İ', '東', '🔑', '“”', '<b>', "'", '%', '\\', '{{x}}'])(
    '%j may be in a name',
    (character) => {
      expect(issueRequest.parse({ ...good, name: `a${character}b` }).name).toBe(`a${character}b`)
    },
  )

  it('NUL is in no text at all, however it is written', () => {
    for (const change of [{ description: 'a\0b' }, { metadata: { 'a\0': 1 } }, { metadata: { a: ['\0'] } }])
      expect(takes(change)).toBe(false)
    expect(pauseRequest.safeParse({ reason: 'a\0b' }).success).toBe(false)
    expect(editRequest.safeParse({ metadata: { a: { b: '\u0000' } } }).success).toBe(false)
  })

  it.each(['key', '!', '~'.repeat(255), '"quoted"'])('%j makes a request repeatable', (idempotencyKey) => {
    expect(takes({ idempotencyKey })).toBe(true)
  })

  it.each(['', ' ', 'a b', 'a\n', 'é', '\u007f', 'a\0'])('%j does not', (idempotencyKey) => {
    expect(takes({ idempotencyKey })).toBe(false)
  })
})

describe('lists', () => {
  it('hold each thing once, in a stable order, addresses in their canonical form', () => {
    const parsed = issueRequest.parse({
      ...good,
      grant: { mode: 'permissions', permissions: ['b:read', 'a:read', 'b:read'] },
      ipAllowlist: ['10.1.2.3/8', '10.0.0.0/8', ' 192.0.2.1 ', '2001:DB8::/32'],
    })
    expect(parsed.grant).toEqual({ mode: 'permissions', permissions: ['a:read', 'b:read'] })
    expect(parsed.ipAllowlist).toEqual(['10.0.0.0/8', '192.0.2.1/32', '2001:db8::/32'])
  })

  it('of addresses name what is none, as it was typed', () => {
    const { error } = issueRequest.safeParse({ ...good, ipAllowlist: ['10.0.0.1', ' my house '] })
    expect(error?.issues).toMatchObject([
      { path: ['ipAllowlist', 1], message: '“my house” is no IP address or CIDR range.' },
    ])
  })
})

describe('metadata', () => {
  it.each<object>([{}, { a: null, b: [1, 2.5, true], c: { d: 'x' } }, { '': '' }, { constructor: 'x', toString: 'y' }])(
    'is kept as it came: %j',
    (metadata) => {
      expect(issueRequest.parse({ ...good, metadata }).metadata).toEqual(metadata)
    },
  )

  it('reaches no prototype, whatever its keys are called', () => {
    const metadata: unknown = JSON.parse('{"__proto__":{"isAdmin":true},"a":1}')
    const parsed = issueRequest.safeParse({ ...good, metadata })
    expect(parsed.data?.metadata ?? {}).not.toHaveProperty('isAdmin')
    expect({}).not.toHaveProperty('isAdmin')
  })

  it.each([[], 'x', 5, null, true])('is an object, not %j', (metadata) => {
    expect(takes({ metadata })).toBe(false)
  })
})
