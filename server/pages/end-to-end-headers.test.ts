import { describe, expect, it } from 'vitest'
import { endToEndHeaders, isOfAConnection } from '#server/pages/end-to-end-headers.ts'

describe('the headers that go on', () => {
  it('are all but those of a connection, in their order and as often as they stood', () => {
    const raw = ['Host', 'a', 'set-cookie', 'b=1', 'Set-Cookie', 'c=2', 'Keep-Alive', 'timeout=5', 'TE', 'trailers']
    expect(endToEndHeaders(raw)).toEqual(['Host', 'a', 'set-cookie', 'b=1', 'Set-Cookie', 'c=2'])
  })

  it('are without what Connection names, however it is written', () => {
    const raw = ['X-Hop', '1', 'Connection', 'close, x-HOP', 'X-Other', '2', 'connection', 'X-Third', 'x-third', '3']
    expect(endToEndHeaders(raw)).toEqual(['X-Other', '2'])
  })

  it.each([
    'connection',
    'expect',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])('never are %s', (name) => {
    expect(isOfAConnection(name)).toBe(true)
    expect(endToEndHeaders([name.toUpperCase(), 'x'])).toEqual([])
  })
})
