import { describe, expect, it } from 'vitest'
import { isCanonicalTarget, pathOf, planeOf } from '#server/edge-target.ts'

describe('isCanonicalTarget', () => {
  it.each([
    '/',
    '/a/acme/tokens',
    '/a/acme/tokens/',
    '/api/v1/validate?permission=a:b&permission=c:d',
    '/.well-known/jwks.json',
    '/_next/static/chunks/app/a/[slug]/page-1f2e.js',
    '/search?q=%2e%2e/..//\\',
    '/a/caf%C3%A9',
    '/...',
    '/a/.hidden/b..c',
    "/a;b=c,d/e!f$g&h'i(j)k*l+m@n~o",
    '/errors/token.revoked',
  ])('takes %s', (target) => {
    expect(isCanonicalTarget(target)).toBe(true)
  })

  it.each([
    '',
    '*',
    'api/v1/validate',
    'http://localhost/api/v1/validate',
    'HTTP://localhost/',
    '//',
    '//localhost/api',
    '/api//v1',
    '/a//',
    '/.',
    '/..',
    '/./api/v1/validate',
    '/api/./v1/validate',
    '/pages/../api/v1/validate',
    '/api/v1/..',
    '/api/v1/.',
    '/api/..?x=1',
    '/api\\v1',
    '/\\localhost',
    '/%2e/api',
    '/%2E%2e/api',
    '/api%2fv1',
    '/api%2Fv1',
    '/api%5Cv1',
    '/a%00b',
    '/a%0d%0ab',
    '/a%7f',
    '/%61pi/v1/validate',
    '/api/v%31',
    '/a%',
    '/a%2',
    '/a%zz',
    '/a%ff',
    '/a%C3',
    '/a b',
    '/a\tb',
    '/a\0b',
    '/a\u00e9',
    '/a#b',
    '/a?x#b',
    '/a"b',
    '/a<b>',
    '/a{b}',
    '/a|b',
    '/a^b',
    '/a`b',
  ])('refuses %j', (target) => {
    expect(isCanonicalTarget(target)).toBe(false)
  })

  it('takes nothing that the URL parser would rewrite, of 20,000 short paths from hostile parts', () => {
    const parts = [
      '/',
      '.',
      '..',
      '%2e',
      '%2F',
      '%5c',
      '\\',
      'a',
      'api',
      ';',
      '%41',
      '%c3%a9',
      '%',
      '?',
      '#',
      ':',
      '@',
      ' ',
    ]
    let taken = 0
    for (let number = 0; number < 20_000; number += 1) {
      const picks = [0, 1, 2, 3].map((place) => parts[Math.floor(number / parts.length ** place) % parts.length])
      const target = `/${picks.join('')}`
      if (!isCanonicalTarget(target)) continue
      taken += 1
      expect(new URL(target, 'http://localhost').pathname).toBe(pathOf(target))
    }
    expect(taken).toBeGreaterThan(100)
  })

  it('answers in linear time', () => {
    const started = performance.now()
    expect(isCanonicalTarget(`/${'a/'.repeat(8000)}{`)).toBe(false)
    expect(isCanonicalTarget(`/${'a'.repeat(16_000)}{`)).toBe(false)
    expect(isCanonicalTarget(`/${'%41'.repeat(5000)}`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(50)
  })
})

describe('planeOf', () => {
  it.each([
    ['/api/v1/validate', 'api'],
    ['/api', 'api'],
    ['/api/', 'api'],
    ['/api/v2/anything', 'api'],
    ['/oauth/token', 'api'],
    ['/.well-known/jwks.json', 'api'],
    ['/api/auth/signout', 'pages'],
    ['/api/auth', 'pages'],
    ['/api/authors', 'api'],
    ['/calendar/lkc_x.ics', 'api'],
    ['/calendars', 'pages'],
    ['/apidocs', 'pages'],
    ['/oauthish', 'pages'],
    ['/errors/token.revoked', 'pages'],
    ['/', 'pages'],
    ['/healthz', 'edge'],
    ['/readyz', 'edge'],
    ['/readyz/x', 'pages'],
    ['/API/v1/validate', 'pages'],
  ])('%s is answered by %s', (path, plane) => {
    expect(planeOf(path)).toBe(plane)
  })
})
