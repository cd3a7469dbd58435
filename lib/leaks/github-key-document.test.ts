import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseKeyDocument } from '#lib/leaks/github-key-document.ts'
import { githubReporter, keyDocument } from '#lib/leaks/github-reporter.fixture.ts'

const { publicKey, document } = githubReporter()

describe('the document with GitHub’s keys', () => {
  it('names each key by its identifier', () => {
    const keys = parseKeyDocument(document)
    expect([...keys.keys()]).toEqual(['key-1'])
    expect(keys.get('key-1')?.equals(publicKey)).toBe(true)
  })

  it('counts keys that are not current any more, and none of another kind', () => {
    const keys = parseKeyDocument(
      keyDocument({
        new: publicKey,
        old: githubReporter().publicKey,
        p384: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey,
        ed: generateKeyPairSync('ed25519').publicKey,
        rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
      }),
    )
    expect([...keys.keys()]).toEqual(['new', 'old'])
  })

  it('passes over what is no key', () => {
    const listed = { public_keys: [{ key_identifier: 'x', key: 'no key', is_current: true }] }
    expect(parseKeyDocument(JSON.stringify(listed)).size).toBe(0)
  })

  it.each([
    '',
    'null',
    '{}',
    '[]',
    '{"public_keys":{}}',
    '{"public_keys":[{"key":"x"}]}',
    '<html>rate limited</html>',
    JSON.stringify({ public_keys: Array.from({ length: 51 }, () => ({ key_identifier: 'x', key: '' })) }),
  ])('is not %.40j', (text) => {
    expect(() => parseKeyDocument(text)).toThrow(/JSON|invalid|too_big/i)
  })
})
