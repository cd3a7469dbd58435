import { describe, expect, it } from 'vitest'
import { requestTarget } from '#lib/verdict/request-target.ts'

const TARGET = 'https://api.example/records/7'

describe('one target in many spellings', () => {
  it.each([
    ['itself', TARGET],
    ['a query', `${TARGET}?a=b&c=%2F`],
    ['a fragment', `${TARGET}#top`],
    ['both, empty', `${TARGET}?#`],
    ['the scheme in capitals', 'HTTPS://api.example/records/7'],
    ['the host in capitals', 'https://API.Example/records/7'],
    ['the port of the scheme', 'https://api.example:443/records/7'],
    ['an empty port', 'https://api.example:/records/7'],
    ['dot segments', 'https://api.example/records/./x/../7'],
    ['dot segments, encoded', 'https://api.example/x/%2E%2e/records/7'],
    ['letters that need no encoding', 'https://api.example/%72ecords/%37'],
  ])('%s', (_, url) => {
    expect(requestTarget(url)).toBe(TARGET)
  })

  it.each([
    ['no path', 'https://api.example', 'https://api.example/'],
    ['no path before a query', 'https://api.example?a', 'https://api.example/'],
    ['hex digits in small letters', 'https://api.example/a%2fb', 'https://api.example/a%2Fb'],
    ['a port of its own', 'http://localhost:3000/x', 'http://localhost:3000/x'],
    ['an IPv6 address', 'http://[::1]:3000/x', 'http://[::1]:3000/x'],
  ])('%s', (_, url, target) => {
    expect(requestTarget(url)).toBe(target)
  })
})

describe('another target', () => {
  it.each([
    ['another scheme', 'http://api.example/records/7'],
    ['another host', 'https://api.example.evil.example/records/7'],
    ['a host with a dot behind', 'https://api.example./records/7'],
    ['another port', 'https://api.example:8443/records/7'],
    ['the path in capitals', 'https://api.example/Records/7'],
    ['a slash behind', 'https://api.example/records/7/'],
    ['a slash twice', 'https://api.example//records/7'],
    ['a slash that is encoded', 'https://api.example/records%2F7'],
    ['a question mark that is encoded', 'https://api.example/records/7%3Fa'],
    ['a path parameter', 'https://api.example/records/7;v=1'],
  ])('%s', (_, url) => {
    expect(requestTarget(url)).toBeDefined()
    expect(requestTarget(url)).not.toBe(TARGET)
  })
})

describe('no target at all', () => {
  it.each([
    ['nothing', ''],
    ['a path', '/records/7'],
    ['no scheme', '//api.example/records/7'],
    ['another scheme', 'ftp://api.example/records/7'],
    ['a scheme alone', 'https://'],
    ['a third slash', 'https:///api.example/records/7'],
    ['one slash', 'https:/api.example/records/7'],
    ['somebody before the host', 'https://api.example@evil.example/records/7'],
    ['nobody before the host', 'https://@api.example/records/7'],
    ['a backslash', 'https://api.example\\records/7'],
    ['a backslash in the path', 'https://api.example/records\\7'],
    ['a space before it', ' https://api.example/records/7'],
    ['a space within', 'https://api.example/rec ords/7'],
    ['a line break', 'https://api.example/records\n/7'],
    ['a tab in the host', 'https://api\t.example/records/7'],
    ['letters beyond ASCII', 'https://api.example/récords/7'],
    ['a port that is none', 'https://api.example:99999/records/7'],
    ['a host that is none', 'https://[::1/records/7'],
  ])('%s', (_, url) => {
    expect(requestTarget(url)).toBeUndefined()
  })

  it('nor does a long one take long', () => {
    expect(requestTarget(`https://${'a.'.repeat(50_000)}@/`)).toBeUndefined()
  })
})
