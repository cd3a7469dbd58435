import { describe, expect, it } from 'vitest'
import { canonicalRange, isAddressAllowed } from '#lib/policy/ip-allowlist.ts'

describe('canonicalRange', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3/32'],
    [' 10.1.2.3/8 ', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:db8:ffff::/32', '2001:db8::/32'],
  ])('%s is %s', (text, range) => {
    expect(canonicalRange(text)).toBe(range)
  })

  it.each([
    '',
    'example.com',
    '10.1.2',
    '10.1.2.3/33',
    '10.1.2.3/-1',
    '10.1.2.3/',
    '010.1.2.3',
    '0x0a.1.2.3',
    '::/129',
    '10.1.2.3/8/8',
  ])('refuses %j', (text) => {
    expect(canonicalRange(text)).toBeUndefined()
  })
})

describe('isAddressAllowed', () => {
  const list = ['10.0.0.0/8', '2001:db8::/32']

  it('allows what is inside a range, in either family, mapped addresses included', () => {
    expect(isAddressAllowed(list, '10.9.9.9')).toBe(true)
    expect(isAddressAllowed(list, '::ffff:10.9.9.9')).toBe(true)
    expect(isAddressAllowed(list, '2001:db8:1::1')).toBe(true)
  })

  it('refuses what is outside, unknown or no address', () => {
    expect(isAddressAllowed(list, '11.0.0.1')).toBe(false)
    expect(isAddressAllowed(list, '2001:db9::1')).toBe(false)
    expect(isAddressAllowed(list, undefined)).toBe(false)
    expect(isAddressAllowed(list, 'garbage')).toBe(false)
  })

  it('of nothing allows everything', () => {
    expect(isAddressAllowed([], undefined)).toBe(true)
  })
})
