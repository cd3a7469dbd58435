import { describe, expect, it } from 'vitest'
import { LIMITS } from '#lib/config/limits.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import { wordsIn } from '#lib/leaks/found-credential.ts'
import { keptPlace, leakReport } from '#lib/leaks/leak-report.ts'

const SECRET = formatSecret('lks_', new Uint8Array(32).fill(3))

describe('the words of a text', () => {
  it.each([
    [SECRET, [SECRET]],
    [`KEY=${SECRET}`, ['KEY', SECRET]],
    [`"Bearer a.b-c.d_e"`, ['Bearer', 'a.b-c.d_e']],
    [`found: ${SECRET}.`, ['found', SECRET]],
    [`https://x.example/?key=${SECRET}&y`, ['https', 'x.example', 'key', SECRET, 'y']],
    [`${SECRET}\n${SECRET}\r\n${SECRET}`, [SECRET]],
    ['  \t\n ', []],
    ['', []],
    ['...', []],
  ])('%j', (text, words) => {
    expect(wordsIn(text)).toEqual(words)
  })
})

describe('where it was found', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['https://github.com/o/r/blob/1/.env#L3', 'https://github.com/o/r/blob/1/.env#L3'],
    [`https://x.example/?key=${SECRET}`, 'https://x.example/?key=[credential]'],
    [`${SECRET} and ${SECRET}`, '[credential] and [credential]'],
    ['a\nb', undefined],
    ['a\u202eb', undefined],
  ])('%j is kept as %j', (told, kept) => {
    expect(keptPlace(told)).toBe(kept)
  })

  it('is cut', () => {
    expect(keptPlace('x'.repeat(3000))).toHaveLength(LIMITS.foundAtLength)
  })
})

describe('a report', () => {
  it.each([
    [{ credential: ` ${SECRET}\n` }, { credential: SECRET }],
    [
      { credential: SECRET, foundAt: ' a chat ' },
      { credential: SECRET, foundAt: 'a chat' },
    ],
  ])('%# is taken', (given, taken) => {
    expect(leakReport.parse(given)).toEqual(taken)
  })

  it.each([
    [{}, 'credential'],
    [{ credential: '  ' }, 'credential'],
    [{ credential: 5 }, 'credential'],
    [{ credential: 'x'.repeat(LIMITS.reportLength + 1) }, 'credential'],
    [{ credential: SECRET, foundAt: 'x'.repeat(LIMITS.foundAtLength + 1) }, 'foundAt'],
    [{ credential: SECRET, foundAt: 'a\nb' }, 'foundAt'],
  ])('%# is refused beside its field, without its text', (given, field) => {
    const { error } = leakReport.safeParse(given)
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field])
    expect(JSON.stringify(error?.issues)).not.toContain(SECRET)
  })
})
