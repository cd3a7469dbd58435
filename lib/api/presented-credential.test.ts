import { describe, expect, it } from 'vitest'
import { presentedCredential } from '#lib/api/presented-credential.ts'

const present = (headers: Record<string, string>) =>
  presentedCredential({ header: (name) => new Headers(headers).get(name) ?? undefined })
const codeOf = (headers: Record<string, string>): string => {
  try {
    present(headers)
    return 'accepted'
  } catch (thrown) {
    return (thrown as { code: string }).code
  }
}

describe('one credential', () => {
  it.each([
    ['X-API-KEY', { 'X-API-KEY': 'a.b.c' }, { header: 'x-api-key', text: 'a.b.c' }],
    ['Bearer', { Authorization: 'Bearer a.b.c' }, { header: 'authorization', text: 'a.b.c' }],
    ['bearer in any case', { Authorization: 'bEaReR a.b.c' }, { header: 'authorization', text: 'a.b.c' }],
    ['DPoP', { Authorization: 'DPoP a.b.c' }, { header: 'dpop', text: 'a.b.c' }],
    ['dpop in any case', { Authorization: 'dPOP  a.b.c' }, { header: 'dpop', text: 'a.b.c' }],
    ['more than one space', { Authorization: 'Bearer   a.b.c' }, { header: 'authorization', text: 'a.b.c' }],
  ] satisfies readonly (readonly [string, Record<string, string>, unknown])[])('%s', (_, headers, presented) => {
    expect(present(headers)).toEqual(presented)
  })
})

describe('anything else', () => {
  it.each([
    ['nothing', {}, 'credential.missing'],
    ['another scheme', { Authorization: 'Basic YTpi' }, 'credential.missing'],
    ['both headers', { 'X-API-KEY': 'a', Authorization: 'Bearer a' }, 'credential.ambiguous'],
    ['both headers, one empty', { 'X-API-KEY': '', Authorization: 'Bearer a' }, 'credential.ambiguous'],
    ['two in one header', { 'X-API-KEY': 'a, b' }, 'credential.ambiguous'],
    ['two bearers', { Authorization: 'Bearer a, Bearer b' }, 'credential.ambiguous'],
    ['a bearer and a bound one', { Authorization: 'Bearer a, DPoP a' }, 'credential.ambiguous'],
    ['a key beside a bound one', { 'X-API-KEY': 'a', Authorization: 'DPoP a' }, 'credential.ambiguous'],
    ['the other scheme alone', { Authorization: 'DPoP' }, 'credential.invalid'],
    ['a scheme that only begins so', { Authorization: 'DPoPs a' }, 'credential.missing'],
    ['a scheme alone', { Authorization: 'Bearer' }, 'credential.invalid'],
    ['a scheme and a space', { Authorization: 'Bearer ' }, 'credential.invalid'],
    ['more than 8 KiB', { 'X-API-KEY': 'a'.repeat(8193) }, 'credential.invalid'],
    ['more than 8 KiB of bearer', { Authorization: `Bearer ${'a'.repeat(8193)}` }, 'credential.invalid'],
  ] satisfies readonly (readonly [string, Record<string, string>, string])[])('%s', (_, headers, code) => {
    expect(codeOf(headers)).toBe(code)
  })
})
