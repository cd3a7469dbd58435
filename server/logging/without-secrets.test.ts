import { describe, expect, it } from 'vitest'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { withoutSecrets } from '#server/logging/without-secrets.ts'

const bytes = Uint8Array.from({ length: 32 }, (_, index) => index * 7)
const random = Buffer.from(bytes).toString('base64url')
const jwt = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${random}.${random}`

describe('withoutSecrets', () => {
  it.each([
    [formatSecret('lks_', bytes), '[secret]'],
    [formatSecret('lkr_', bytes), '[secret]'],
    [formatSecret('lkc_', bytes), '[secret]'],
    [jwt, '[jwt]'],
    [random, '[secret]'],
    ['Basic YWxhZGRpbjpvcGVu', 'Basic [secret]'],
    ['Bearer abc', 'Bearer [secret]'],
    ['smtp://me:sesame@mail.example', 'smtp://[secret]@mail.example'],
    ['grant_type=x&client_secret=open&scope=a', 'grant_type=x&client_secret=[secret]&scope=a'],
    ['{"password":"opensesame","name":"x"}', '{"password":"[secret]","name":"x"}'],
    ['?code=123456', '?code=[secret]'],
  ])('%s becomes %s', (text, expected) => {
    expect(withoutSecrets(`before ${text} after`)).toBe(`before ${expected} after`)
  })

  it.each([
    'the chore keys.tend failed and is tried again:',
    '{"level":"error","time":"2026-01-01T00:00:00.000Z","requestId":"0b5dfc22-4a1c-4d52-9d0e-0c4b7f0a4a11"}',
    'at file:///srv/latchkey/lib/tokens/finish-silent-rotations-and-other-things-with-long-names.ts:12:3',
    'SQLITE_IOERR_FSYNC store.unavailable',
    'the error code of the system is ENOSPC',
  ])('%s stays as it is', (text) => {
    expect(withoutSecrets(text)).toBe(text)
  })
})
