import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toFormFailure } from '#lib/errors/form-state.ts'
import { invalidInput, parseInput } from '#lib/errors/parse-input.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import { toProblem } from '#lib/errors/problem.ts'

const schema = z.object({
  name: z.string().min(3, 'Too short.').regex(/^a/, 'Begin with a.'),
  grant: z.object({ keys: z.array(z.string('No key.')) }),
})

const refusalOf = (input: unknown): PortalError => {
  try {
    parseInput(schema, input)
  } catch (thrown) {
    if (isPortalError(thrown)) return thrown
  }
  throw new Error('it was not refused')
}

describe('an input', () => {
  it('that fits its schema is what the schema makes of it', () => {
    expect(parseInput(z.string().trim(), ' a ')).toBe('a')
    expect(parseInput(schema, { name: 'abc', grant: { keys: [] }, more: 1 })).toEqual({
      name: 'abc',
      grant: { keys: [] },
    })
  })

  it('that does not has every sentence beside its field, by its dotted path', () => {
    const { code, fields } = refusalOf({ name: 'b', grant: { keys: ['x', 5] } })
    expect(code).toBe('request.invalid')
    expect(fields).toEqual({ name: ['Too short.', 'Begin with a.'], 'grant.keys.1': ['No key.'] })
  })

  it.each([undefined, null, 5, 'x', []])('that is %j at all is refused as a whole', (input) => {
    expect(Object.keys(refusalOf(input).fields ?? {})).toEqual(['request'])
  })

  it('is not told again in the refusal: it may be a password', () => {
    const secret = 'correct horse battery staple'
    const error = invalidInput(
      z.object({ password: z.literal('x') }).safeParse({ password: secret }).error ?? new z.ZodError([]),
    )
    expect(error.fields).toHaveProperty('password')
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret)
  })

  it('with a field that prototypes know keeps it beside that field', () => {
    const strict = z.object({ constructor: z.string('A text.'), toString: z.string('A text.') })
    const failed = strict.safeParse({ constructor: 5, toString: 5 })
    const { fields } = invalidInput(failed.error ?? new z.ZodError([]))
    expect(Object.entries(fields ?? {})).toEqual([
      ['constructor', ['A text.']],
      ['toString', ['A text.']],
    ])
  })
})

describe('a refusal for a form', () => {
  it('has the code’s own sentence unless it brings one, and no field that is not wrong', () => {
    expect(toFormFailure(new PortalError('access.denied'), 'r1')).toEqual({
      code: 'access.denied',
      message: expect.stringMatching(/^[A-Z].*\.$/),
      fields: {},
      requestId: 'r1',
    })
    expect(toFormFailure(new PortalError('access.denied', { detail: 'Not you.' }), 'r1').message).toBe('Not you.')
  })

  it('names what it is about only when it is about something', () => {
    const repeated = new PortalError('token.already_issued', { subject: 'token-1' })
    expect(toFormFailure(repeated, 'r1').subject).toBe('token-1')
    expect(toProblem(repeated, { issuer: 'https://id.example', requestId: 'r1' }).subject).toBe('token-1')
    expect(toFormFailure(new PortalError('access.denied'), 'r1')).not.toHaveProperty('subject')
    const plain = toProblem(new PortalError('access.denied'), { issuer: 'https://id.example', requestId: 'r1' })
    expect(Object.keys(plain).sort()).toEqual(['code', 'detail', 'requestId', 'status', 'title', 'type'])
  })
})
