import { describe, expect, it } from 'vitest'
import type { OAuthMessage } from '#lib/oauth/oauth-message.ts'
import { readTokenEndpointRequest } from '#lib/oauth/token-endpoint-request.ts'

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e'

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTED = 'grant_type=client_credentials&client_assertion=a.b.c'
const SECRET = `grant_type=client_credentials&client_id=${ID}&client_secret=s`

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

const read = (message: Partial<OAuthMessage>) =>
  readTokenEndpointRequest({
    authorization: undefined,
    contentType: 'application/x-www-form-urlencoded',
    body: `grant_type=client_credentials&client_id=${ID}&client_secret=s`,
    ...message,
  })

const refusal = (message: Partial<OAuthMessage>): unknown => {
  try {
    return read(message)
  } catch (thrown) {
    return thrown
  }
}

describe('the client', () => {
  it('presents itself in the body', () => {
    expect(read({}).client).toEqual({ method: 'secret', id: ID, secret: 's' })
  })

  it('presents itself by HTTP Basic, form-encoded before it was joined', () => {
    const body = 'grant_type=client_credentials'
    expect(read({ body, authorization: basic(`${ID}:s%3A+%C3%A9`) }).client).toEqual({
      method: 'secret',
      id: ID,
      secret: 's: é',
    })
    expect(read({ body, authorization: `basic  ${basic(`${ID}:a:b`).slice(6)}` }).client).toMatchObject({
      secret: 'a:b',
    })
  })

  it('may name itself in the body beside HTTP Basic', () => {
    const body = `grant_type=client_credentials&client_id=${ID}`
    expect(read({ body, authorization: basic(`${ID}:s`) }).client).toEqual({ method: 'secret', id: ID, secret: 's' })
  })

  it('presents itself by an assertion, and may name itself beside it', () => {
    const body = `grant_type=client_credentials&client_assertion_type=${ASSERTION}&client_assertion=a.b.c`
    expect(read({ body }).client).toEqual({ method: 'assertion', id: undefined, assertion: 'a.b.c' })
    expect(read({ body: `${body}&client_id=${ID}` }).client).toMatchObject({ id: ID })
  })

  it.each([
    ['another type of assertion', { body: `${ASSERTED}&client_assertion_type=urn:ietf:params:oauth:x` }],
    ['no authentication', { body: 'grant_type=client_credentials' }],
    ['an id without a secret', { body: `grant_type=client_credentials&client_id=${ID}` }],
    ['an empty secret', { body: `grant_type=client_credentials&client_id=${ID}&client_secret=` }],
    ['another scheme', { body: 'grant_type=client_credentials', authorization: 'Bearer abc' }],
    ['no colon', { body: 'grant_type=client_credentials', authorization: basic(ID) }],
    ['broken percents', { body: 'grant_type=client_credentials', authorization: basic(`${ID}:%zz`) }],
    ['two Basic headers', { body: 'grant_type=client_credentials', authorization: `${basic('a:b')}, ${basic('a:b')}` }],
  ])('is refused with %s', (_, message) => {
    expect(refusal(message)).toMatchObject({ code: 'oauth.invalid_client' })
  })

  it.each([
    ['asserts without a type', { body: ASSERTED }],
    ['asserts nothing', { body: `grant_type=client_credentials&client_assertion_type=${ASSERTION}` }],
    ['asserts beside a header', { body: ASSERTED, authorization: basic(`${ID}:s`) }],
    ['asserts beside a secret', { body: `${ASSERTED}&client_assertion_type=${ASSERTION}&client_secret=s` }],
    ['has a type beside a secret', { body: `${SECRET}&client_assertion_type=${ASSERTION}` }],
    ['authenticates twice', { authorization: basic(`${ID}:s`) }],
    ['names two clients', { body: 'grant_type=client_credentials&client_id=x', authorization: basic(`${ID}:s`) }],
  ])('is refused when it %s', (_, message) => {
    expect(refusal(message)).toMatchObject({ code: 'request.malformed' })
  })
})

describe('the form', () => {
  const identity = `client_id=${ID}&client_secret=s`

  it('asks for a grant, and may narrow it', () => {
    expect(read({ body: `${identity}&grant_type=refresh_token&refresh_token=lkr_x&scope=a%3Ab+c%3Ad` })).toMatchObject({
      grant: { type: 'refresh_token', refreshToken: 'lkr_x' },
      scope: 'a:b c:d',
      resource: undefined,
    })
    expect(read({ contentType: 'Application/X-WWW-Form-URLencoded; charset=utf-8' }).grant.type).toBe(
      'client_credentials',
    )
  })

  it('takes a parameter without a value as omitted', () => {
    expect(read({ body: `${identity}&grant_type=client_credentials&scope=&resource=` })).toMatchObject({
      scope: undefined,
      resource: undefined,
    })
  })

  it('names one resource, however often', () => {
    const body = `${identity}&grant_type=client_credentials&resource=https://a.example&resource=`
    expect(read({ body: `${body}&resource=https://a.example` }).resource).toBe('https://a.example')
    expect(refusal({ body: `${body}&resource=https://b.example` })).toMatchObject({
      code: 'oauth.invalid_target',
      detail: 'Ask for one resource at a time.',
    })
  })

  it.each([
    ['JSON', { contentType: 'application/json', body: '{}' }, 'request.media_type'],
    ['no content type', { contentType: undefined }, 'request.media_type'],
    ['another type that begins alike', { contentType: 'application/x-www-form-urlencodedx' }, 'request.media_type'],
    ['no grant type', { body: identity }, 'request.malformed'],
    ['another grant type', { body: `${identity}&grant_type=password` }, 'oauth.unsupported_grant_type'],
    ['no refresh token', { body: `${identity}&grant_type=refresh_token` }, 'request.malformed'],
    [
      'a repeated parameter',
      { body: `${identity}&grant_type=client_credentials&scope=a&scope=b` },
      'request.malformed',
    ],
    ['one repeated empty', { body: `${identity}&grant_type=client_credentials&grant_type=` }, 'request.malformed'],
  ])('is refused with %s', (_, message, code) => {
    expect(refusal(message)).toMatchObject({ code })
  })
})
