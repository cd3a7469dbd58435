import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checked, formOf, keptValues, many, maybe, readForm } from '#app/form-input.ts'

const filled = (...pairs: readonly (readonly [string, string | File])[]): FormData => {
  const form = new FormData()
  for (const [name, value] of pairs) form.append(name, value)
  return form
}

describe('readForm', () => {
  it('gives single texts and lists, without what React adds and without files', () => {
    const form = filled(['$ACTION_REF_1', ''], ['name', 'ci'], ['p', 'a'], ['p', 'b'], ['f', new File(['x'], 'x')])
    expect(readForm(form)).toEqual({ name: 'ci', p: ['a', 'b'] })
  })

  it('refuses a NUL beside the field that holds it', () => {
    expect(() => readForm(filled(['name', 'a\0b']))).toThrow(
      expect.objectContaining({ code: 'request.invalid', fields: { name: ['Leave out the NUL character.'] } }),
    )
  })
})

describe('a form by somebody else’s hand', () => {
  it('with fields named like parts of objects changes no object', () => {
    const form = filled(['__proto__', 'a'], ['__proto__', 'b'], ['constructor', 'x'], ['name', 'ci'])
    const input = readForm(form)
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype)
    expect(z.object({ name: z.string() }).parse(input)).toEqual({ name: 'ci' })
    expect(Object.getPrototypeOf(keptValues(form))).toBe(Object.prototype)
  })

  it.each([[undefined], [null], ['text'], [{ get: 1 }], [[]]])('that is none (%j) is an empty one', (given) => {
    expect([...formOf(given).keys()]).toEqual([])
  })

  it('that is one stays itself', () => {
    const form = filled(['name', 'ci'])
    expect(formOf(form)).toBe(form)
  })
})

describe('keptValues', () => {
  it('keeps a public key, but no private one that was pasted for it', () => {
    const key = '{"kty":"EC","crv":"P-256","x":"a","y":"b"}'
    expect(keptValues(filled(['publicJwks', key]))).toEqual({ publicJwks: [key] })
    expect(keptValues(filled(['publicJwks', '{"kty":"EC", "d": "c"}']))).toEqual({ publicJwks: [] })
  })

  it('keeps what was typed, but no password, secret or code', () => {
    const form = filled(
      ['email', 'ada@example.com'],
      ['currentPassword', 'p1'],
      ['password', 'p2'],
      ['clientSecret', 's'],
      ['code', '123456'],
      ['setup', 'k'],
      ['$ACTION_KEY', 'x'],
    )
    expect(keptValues(form, ['setup'])).toEqual({ email: ['ada@example.com'] })
  })
})

describe('schemas of inputs', () => {
  const schema = z.object({ roles: many(z.string()), sure: checked, note: maybe(z.string()) })

  it('read none, one and several', () => {
    expect(schema.parse({})).toEqual({ roles: [], sure: false, note: undefined })
    expect(schema.parse({ roles: 'a', sure: 'on', note: '' })).toEqual({ roles: ['a'], sure: true, note: undefined })
    expect(schema.parse({ roles: ['a', 'b'], note: 'x' })).toMatchObject({ roles: ['a', 'b'], note: 'x' })
  })
})
