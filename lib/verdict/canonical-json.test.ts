import { describe, expect, it } from 'vitest'
import { readCanonicalJson } from '#lib/verdict/canonical-json.ts'

const read = (text: string) => readCanonicalJson(Buffer.from(text))

describe('JSON as we write it', () => {
  it.each([
    [{ iss: 'a', aud: 'b', list: [1, 'two', null, true], inner: { deep: [] } }],
    [{ name: 'Ada \u2028 "quoted" \\ é 😀 \ud800' }],
    [JSON.parse('{"2":"b","10":"a","name":"c"}')],
    [JSON.parse('{"__proto__":{"admin":true}}')],
    [{ number: 1e21, small: 1e-7, negative: -5, half: 0.5, integer: Number.MAX_SAFE_INTEGER }],
    [''],
    [0],
  ])('is read: %j', (value) => {
    expect(read(JSON.stringify(value))).toEqual(value)
  })

  it('may lie anywhere in a larger buffer', () => {
    expect(readCanonicalJson(Buffer.from('xx{"a":1}yy').subarray(2, 9))).toEqual({ a: 1 })
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'a'],
    ['half of one', '{"a":'],
    ['a member twice', '{"a":1,"a":1}'],
    ['a member twice, once escaped', '{"a":1,"\\u0061":1}'],
    ['a member twice within', '{"a":{"b":1,"b":2}}'],
    ['a space', '{"a": 1}'],
    ['a space after', '{} '],
    ['a byte order mark', '\ufeff{}'],
    ['an escape that is not needed', '{"a":"\\/"}'],
    ['an exponent', '{"a":1e3}'],
    ['a fraction of nothing', '{"a":1.0}'],
    ['nothing below nothing', '{"a":-0}'],
    ['more than a number can hold', '{"a":1e400}'],
    ['members in no order of ours', '{"b":1,"2":1}'],
    ['depth', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('is not what holds %s', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  it('is no other encoding', () => {
    expect(readCanonicalJson(Buffer.from('{"a":1}', 'utf16le'))).toBeUndefined()
    expect(readCanonicalJson(Buffer.from('{"a":"\xff"}', 'latin1'))).toBeUndefined()
  })
})
