import { describe, expect, it } from 'vitest'
import { formatCursor, parseCursor } from '#lib/tokens/cursor.ts'

const encoded = (text: string): string => Buffer.from(text).toString('base64url')

describe('a cursor', () => {
  it.each([
    { createdAt: 0, id: 'a' },
    { createdAt: 1_800_000_000, id: '019ac0c2-7b1a-4b6e-9c88-2d1b2d3c4e5f' },
    { createdAt: 253_402_300_799, id: `_-${'x'.repeat(62)}` },
  ])('gives back the place %j', (place) => {
    expect(parseCursor(formatCursor(place))).toEqual(place)
  })

  it('stands in a URL as it is', () => {
    for (let at = 0; at < 200; at += 1)
      expect(formatCursor({ createdAt: at, id: 'x'.repeat(at % 64) })).toMatch(/^[\w-]+$/)
  })

  it.each([
    ['nothing', ''],
    ['no base64url', '!!!'],
    ['half a place', encoded('1800000000')],
    ['no id', encoded('1800000000:')],
    ['no time', encoded(':abc')],
    ['a time before all', encoded('-1:abc')],
    ['a broken time', encoded('1.5:abc')],
    ['a time in another notation', encoded('1e9:abc')],
    ['a hexadecimal time', encoded('0x10:abc')],
    ['a time beyond exact numbers', encoded('9999999999999:abc')],
    ['an id too long', encoded(`1:${'x'.repeat(65)}`)],
    ['a quote', encoded("1:a'b")],
    ['a wildcard', encoded('1:a%')],
    ['NUL', encoded('1:a\0')],
    ['a line more', encoded('1:abc\n')],
    ['a line before', encoded('\n1:abc')],
    ['letters beyond ASCII', encoded('1:é')],
    ['digits beyond ASCII', encoded('١:abc')],
    ['a second place', encoded('1:abc:2:def')],
    ['a place in clear', '1800000000:abc'],
    ['JSON', encoded('{"createdAt":1,"id":"a"}')],
    ['very much', 'A'.repeat(100_000)],
  ])('of %s is `request.malformed`', (_, text) => {
    expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: 'request.malformed' }))
  })
})
