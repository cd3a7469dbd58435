import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConfigError } from '#lib/config/config-error.ts'
import { readTogether, readVariable, textOf, type Variable } from '#lib/config/read-variable.ts'

const count: Variable<number> = {
  name: 'COUNT',
  schema: z.string().regex(/^\d+$/).transform(Number),
  expected: 'a whole number',
}
const secret: Variable<string> = {
  name: 'SECRET',
  schema: z.string().min(8),
  expected: 'eight characters or more',
  describe: (text) => `has ${text.length} characters`,
  verbatim: true,
}

describe('a variable', () => {
  it('is read from its text, without the white space around it', () => {
    expect(readVariable({ COUNT: ' 5\n' }, count)).toBe(5)
    expect(textOf({ COUNT: ' 5\n' }, 'COUNT')).toBe('5')
  })

  it.each([undefined, '', '  ', '\n'])('that is %j is absent', (text) => {
    expect(readVariable({ COUNT: text }, count)).toBeUndefined()
  })

  it('that counts as it is keeps its white space, and is absent only when empty', () => {
    expect(readVariable({ SECRET: '  spaces  ' }, secret)).toBe('  spaces  ')
    expect(readVariable({ SECRET: '        ' }, secret)).toBe('        ')
    expect(readVariable({ SECRET: '' }, secret)).toBeUndefined()
  })

  it('that is wrong stops with one line: the name, what it holds, what it should', () => {
    expect(() => readVariable({ COUNT: ' five ' }, count)).toThrow(
      new ConfigError('COUNT is "five", but should be a whole number.'),
    )
    expect(() => readVariable({ COUNT: 'a\nb' }, count)).toThrow('COUNT is "a\\nb", but should be a whole number.')
  })

  it('that is wrong and long is shortened after 80 characters', () => {
    expect(() => readVariable({ COUNT: 'x'.repeat(80) }, count)).toThrow(`is "${'x'.repeat(80)}",`)
    expect(() => readVariable({ COUNT: 'x'.repeat(81) }, count)).toThrow(`is "${'x'.repeat(80)}…",`)
  })

  it('that may be a secret is described, never shown', () => {
    expect(() => readVariable({ SECRET: 'hunter2' }, secret)).toThrow(
      new ConfigError('SECRET has 7 characters, but should be eight characters or more.'),
    )
  })
})

describe('variables that only make sense together', () => {
  const both = { count, secret }

  it('are all read, or none of them is there', () => {
    expect(readTogether({ COUNT: '5', SECRET: 'long enough' }, both)).toEqual({ count: 5, secret: 'long enough' })
    expect(readTogether({}, both)).toBeUndefined()
    expect(readTogether({ COUNT: ' ', SECRET: '' }, both)).toBeUndefined()
  })

  it('of which some are absent stop with their names and no value', () => {
    expect(() => readTogether({ SECRET: 'long enough' }, both)).toThrow(
      new ConfigError('COUNT is empty, but should be set together with SECRET.'),
    )
    expect(() => readTogether({ COUNT: '5' }, { ...both, third: { ...count, name: 'THIRD' } })).toThrow(
      new ConfigError('SECRET and THIRD are empty, but should be set together with COUNT.'),
    )
  })

  it('of which one is wrong stop as it would alone', () => {
    expect(() => readTogether({ COUNT: 'x', SECRET: 'long enough' }, both)).toThrow(/^COUNT is "x"/)
  })
})
