import { describe, expect, it } from 'vitest'
import { languageOf } from '#db/postgres-sorting.ts'

const sorting = (provider: string, collate: string, locale: string | null = null) => ({ provider, collate, locale })

describe('a database sorts texts by their bytes', () => {
  it.each([
    sorting('c', 'C'),
    sorting('c', 'POSIX'),
    sorting('c', 'C.UTF-8'),
    sorting('c', 'C.utf8'),
    sorting('b', 'en_US.UTF-8', 'C.UTF-8'),
    sorting('b', 'C', 'C'),
    sorting('b', 'C', 'PG_UNICODE_FAST'),
  ])('with %o', (said) => {
    expect(languageOf(said)).toBeUndefined()
  })
})

describe('a database sorts texts by a language', () => {
  it.each([
    [sorting('c', 'en_US.UTF-8'), 'en_US.UTF-8'],
    [sorting('c', 'English_United States.1252'), 'English_United States.1252'],
    [sorting('c', 'C.UTF-8@somebody'), 'C.UTF-8@somebody'],
    // What the machine's library would do is not asked then.
    [sorting('i', 'C', 'en-US'), 'ICU en-US'],
    [sorting('i', 'C', 'C'), 'ICU C'],
    [sorting('i', 'C'), 'ICU'],
  ])('with %o', (said, language) => {
    expect(languageOf(said)).toBe(language)
  })
})
