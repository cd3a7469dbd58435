import { describe, expect, it } from 'vitest'
import { ERRORS, type ErrorCode, isErrorCode } from '#lib/errors/errors.ts'
import { toFormFailure } from '#lib/errors/form-state.ts'
import { toBearerChallenge, toDPoPChallenge, toOAuthError } from '#lib/errors/oauth-error.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import { toProblem } from '#lib/errors/problem.ts'

const codes = Object.keys(ERRORS).filter(isErrorCode)
const refusal = (code: ErrorCode) =>
  new PortalError(code, { internal: 'INTERNAL-ONLY', cause: new Error('CAUSE-ONLY'), fields: { name: ['Too long.'] } })

describe.each(codes)('%s', (code) => {
  const error = refusal(code)
  const renderings = () => [
    toProblem(error, { issuer: 'https://id.example', requestId: 'r1' }),
    toOAuthError(error),
    toBearerChallenge(error, ['a:b']),
    toDPoPChallenge(error, ['ES256'], ['a:b']),
    toFormFailure(error, 'r1'),
  ]

  it('never shows what is internal', () => {
    expect(JSON.stringify(renderings())).not.toMatch(/INTERNAL-ONLY|CAUSE-ONLY/)
  })

  it('is a problem whose type is its own page', () => {
    const problem = toProblem(error, { issuer: 'https://id.example', requestId: 'r1' })
    expect(problem).toMatchObject({ type: `https://id.example/errors/${code}`, code, status: ERRORS[code].status })
    expect(problem.detail).toMatch(/^[A-Z].*\.$/)
  })

  it('is an OAuth error of printable ASCII', () => {
    const { status, body } = toOAuthError(error)
    expect(body.error).toMatch(/^[a-z_]+$/)
    expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(status).toBeGreaterThanOrEqual(400)
  })

  it('tells the form what is wrong and where', () => {
    expect(toFormFailure(error, 'r1')).toMatchObject({ code, fields: { name: ['Too long.'] }, requestId: 'r1' })
  })
})

describe('a detail', () => {
  it('takes the place of the message, stripped of what an OAuth description may not hold', () => {
    const error = new PortalError('oauth.invalid_scope', { detail: 'No "ünknown\\".' })
    expect(toOAuthError(error)).toEqual({
      status: 400,
      body: { error: 'invalid_scope', error_description: 'No ?nknown??.'.replace('No ?', 'No ??') },
    })
    expect(toProblem(error, { issuer: '', requestId: '' }).detail).toBe('No "ünknown\\".')
  })
})

describe('a challenge for what is bound to a key', () => {
  it('names the error, the algorithms and what is missing (RFC 9449 §7.1)', () => {
    const error = new PortalError('token.permission', { detail: 'No.' })
    expect(toDPoPChallenge(error, ['ES256', 'EdDSA'], ['a:b', 'c:d'])).toBe(
      'DPoP realm="latchkey", error="insufficient_scope", error_description="No.", scope="a:b c:d", algs="ES256 EdDSA"',
    )
    expect(toDPoPChallenge(new PortalError('credential.missing'), ['ES256'])).toBe(
      'DPoP realm="latchkey", algs="ES256"',
    )
  })
})

describe('isPortalError', () => {
  it('knows one made by another copy of the module, and nothing else', () => {
    expect(isPortalError({ [Symbol.for('latchkey.portal-error')]: true, code: 'request.invalid' })).toBe(true)
    expect(isPortalError(new Error('request.invalid'))).toBe(false)
    expect(isPortalError(null)).toBe(false)
  })
})
