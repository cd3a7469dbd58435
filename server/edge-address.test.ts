import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createAddressReader } from '#server/edge-address.ts'

const requestFrom = (remoteAddress: string | undefined, forwarded?: string): IncomingMessage => {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress })
  const request = new IncomingMessage(socket)
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded
  return request
}

const TRUSTED = ['10.0.0.0/8', '192.0.2.1', '2001:db8:1::/48', '::1']

const rows: readonly [string, string[], string | undefined, string | undefined, string | undefined][] = [
  ['no proxy is trusted: the peer', [], '203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ['an IPv4 peer on a dual socket', [], '::ffff:203.0.113.9', undefined, '203.0.113.9'],
  ['an IPv6 peer, canonical and without its zone', [], 'fe80:0:0::1%eth0', undefined, 'fe80::1'],
  ['a stranger says where it comes from', TRUSTED, '203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ['a trusted proxy is believed', TRUSTED, '10.1.2.3', '198.51.100.7', '198.51.100.7'],
  ['a trusted proxy on a dual socket', TRUSTED, '::ffff:10.1.2.3', '198.51.100.7', '198.51.100.7'],
  ['the rightmost stranger counts, not what it claims', TRUSTED, '10.1.2.3', '1.1.1.1, 198.51.100.7', '198.51.100.7'],
  ['trusted hops are passed', TRUSTED, '10.1.2.3', '198.51.100.7, 192.0.2.1, 10.9.9.9', '198.51.100.7'],
  ['a hop of the same net but not trusted is the client', TRUSTED, '10.1.2.3', '198.51.100.7,192.0.2.2', '192.0.2.2'],
  ['all hops trusted: the farthest', TRUSTED, '10.1.2.3', '10.0.0.7, 10.0.0.8', '10.0.0.7'],
  ['a trusted machine asks by itself', TRUSTED, '::1', undefined, '::1'],
  ['IPv6 client behind an IPv6 proxy', TRUSTED, '2001:db8:1::5', '2001:DB8:0:0::7', '2001:db8::7'],
  ['a port behind an IPv4 address', TRUSTED, '10.1.2.3', '198.51.100.7:51324', '198.51.100.7'],
  ['a port behind an IPv6 address', TRUSTED, '10.1.2.3', '[2001:db8::7]:443', '2001:db8::7'],
  ['a mapped IPv4 address', TRUSTED, '10.1.2.3', '::ffff:198.51.100.7', '198.51.100.7'],
  ['nonsense left of the client does not matter', TRUSTED, '10.1.2.3', 'unknown, 198.51.100.7', '198.51.100.7'],
  ['nonsense from the trusted hop: nobody knows', TRUSTED, '10.1.2.3', '198.51.100.7, unknown', undefined],
  ['an empty entry: nobody knows', TRUSTED, '10.1.2.3', '198.51.100.7, ', undefined],
  ['an octal spelling: nobody knows', TRUSTED, '10.1.2.3', '010.0.0.1', undefined],
  ['a number for an address: nobody knows', TRUSTED, '10.1.2.3', '3325256704', undefined],
  ['a peer that is gone: nobody knows', TRUSTED, undefined, '198.51.100.7', undefined],
]

describe('createAddressReader', () => {
  it.each(rows)('%s', (_what, trusted, peer, forwarded, client) => {
    expect(createAddressReader(trusted).client(requestFrom(peer, forwarded))).toBe(client)
  })

  it('reads each request of a kept connection by itself', () => {
    const { client: read } = createAddressReader(TRUSTED)
    const request = requestFrom('10.1.2.3', '198.51.100.7')
    const next = new IncomingMessage(request.socket)
    next.headers['x-forwarded-for'] = '198.51.100.8'
    expect([read(request), read(next)]).toEqual(['198.51.100.7', '198.51.100.8'])
  })

  it.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['203.0.113.9', false],
    [undefined, false],
  ])('a request from %s came by a trusted proxy: %s', (peer, trusted) => {
    const { isViaProxy } = createAddressReader(TRUSTED)
    // What stands in a header makes nobody a proxy.
    expect(isViaProxy(requestFrom(peer, '10.1.2.3'))).toBe(trusted)
    expect(createAddressReader([]).isViaProxy(requestFrom(peer))).toBe(false)
  })
})
