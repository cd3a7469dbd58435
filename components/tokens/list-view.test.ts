import { describe, expect, it } from 'vitest'
import { isFiltered, listHref, nothingWords, parseListView } from '#components/tokens/list-view.ts'

const PATH = '/a/acme/tokens'

describe('parseListView and listHref', () => {
  it.each([
    PATH,
    `${PATH}?q=night+%26+day`,
    `${PATH}?type=access_token&state=ended`,
    `${PATH}?owner=everyone&page=abc.def-_`,
  ])('%s says the same there and back', (href) => {
    const query = Object.fromEntries(new URLSearchParams(href.split('?')[1]))
    expect(listHref(PATH, parseListView(query))).toBe(href)
  })

  it('takes nothing it does not know', () => {
    expect(parseListView({ q: ['a', 'b'], type: 'x', state: 'toString', owner: 'me', page: '...' })).toEqual({
      search: '',
      type: '',
      state: 'live',
      owner: '',
      trail: [],
    })
    expect(parseListView({ q: `a\0b${'x'.repeat(200)}` }).search).toHaveLength(100)
  })

  it('keeps addresses short, however far somebody pages', () => {
    const trail = Array.from({ length: 30 }, (_, n) => `c${n}`)
    const href = listHref(PATH, { ...parseListView({}), trail })
    expect(href.endsWith('c29')).toBe(true)
    expect(href.split('.')).toHaveLength(20)
  })
})

it('a search, a type or a state filters; a page and an owner do not', () => {
  expect(isFiltered(parseListView({ page: 'x', owner: 'everyone', q: '  ' }))).toBe(false)
  expect(isFiltered(parseListView({ q: 'x' }))).toBe(true)
  expect(isFiltered(parseListView({ state: 'all' }))).toBe(true)
})

describe('nothingWords', () => {
  const title = (query: Parameters<typeof parseListView>[0]) => nothingWords(parseListView(query)).title

  it('names the state where nothing was searched for', () => {
    expect(title({ state: 'expiring' })).toBe('No token expires soon')
    expect(title({ state: 'paused' })).toBe('No token is paused')
    expect(title({ state: 'ended', q: ' ' })).toBe('No token has ended')
    expect(nothingWords(parseListView({ state: 'paused' })).hint).toBeUndefined()
  })

  it('advises another word to who searched, and all of them to who chose a type', () => {
    expect(title({ state: 'paused', q: 'backup' })).toBe('No token matches')
    expect(nothingWords(parseListView({ q: 'backup' })).hint).toMatch(/^Try another word/)
    expect(title({ state: 'paused', type: 'access_token' })).toBe('No token of this type')
  })
})
