import { afterEach, describe, expect, it } from 'vitest'
import { ORIGIN_HEADERS, readRequestOrigin, setEdgeMark } from '#lib/api/request-origin.ts'

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const told = (mark: string) =>
  new Headers({
    [ORIGIN_HEADERS.mark]: mark,
    [ORIGIN_HEADERS.requestId]: '0b0f3a51-7c1f-4f0e-9c39-000000000001',
    [ORIGIN_HEADERS.address]: '198.51.100.7',
    'user-agent': 'a'.repeat(300),
  })

describe('readRequestOrigin', () => {
  afterEach(() => Reflect.deleteProperty(globalThis, Symbol.for('latchkey.edge-mark')))

  it('believes headers that carry this process’ mark', () => {
    setEdgeMark('right')
    expect(readRequestOrigin(told('right'))).toEqual({
      requestId: '0b0f3a51-7c1f-4f0e-9c39-000000000001',
      address: '198.51.100.7',
      agent: 'a'.repeat(256),
    })
  })

  it.each(['wrong', '', 'undefined'])('knows no address with the mark %j', (mark) => {
    setEdgeMark('right')
    const origin = readRequestOrigin(told(mark))
    expect(origin.address).toBeUndefined()
    expect(origin.requestId).toMatch(UUID)
    expect(origin.requestId).not.toContain('000000000001')
  })

  it('knows no address where no edge runs, whatever the headers say', () => {
    expect(readRequestOrigin(told('')).address).toBeUndefined()
    expect(readRequestOrigin(told('undefined')).address).toBeUndefined()
    expect(readRequestOrigin(new Headers()).address).toBeUndefined()
  })

  it('leaves absent what the edge did not know', () => {
    setEdgeMark('right')
    const origin = readRequestOrigin(new Headers({ [ORIGIN_HEADERS.mark]: 'right' }))
    expect(origin).toMatchObject({ address: undefined, agent: undefined })
  })
})
