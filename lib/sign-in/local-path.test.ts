import { describe, expect, it } from 'vitest'
import { localPath } from '#lib/sign-in/local-path.ts'

describe('localPath', () => {
  it.each(['/', '/a/acme/tokens', '/a/acme/tokens/new?name=ci&like=x#y', '/profile'])('keeps %s', (path) => {
    expect(localPath(path)).toBe(path)
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/./\\/evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/\tevil',
    '/\n/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'evil',
    '',
    ' /',
    '/api/auth/signout',
    '/oauth/token',
    '/a/../api/x',
    undefined,
    ['/a'],
  ])('refuses %j', (text) => {
    expect(localPath(text)).toBeUndefined()
  })
})
