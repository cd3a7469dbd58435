import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [Address, number]
type Peer = { readonly text: string | undefined; readonly trusted: boolean }

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

const toRange = (entry: string): Range => {
  if (entry.includes('/')) return ipaddr.parseCIDR(entry)
  const address = ipaddr.process(entry)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

const isWithin = (address: Address, [base, bits]: Range): boolean => {
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits)
  return base instanceof ipaddr.IPv6 && address.match(base, bits)
}

// Some proxies add the port: 192.0.2.7:51324, [2001:db8::7]:51324.
const withoutPort = (entry: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry

// node:net is stricter than ipaddr.js, which also reads `1`, `0x7f.1` and octal parts.
const parse = (entry: string): Address | undefined => {
  const text = withoutPort(entry.trim()).replace(MAPPED, '$1').replace(/%.*$/, '')
  return isIP(text) === 0 ? undefined : ipaddr.process(text)
}

/** Tells where a request came from. */
export type AddressReader = {
  /** The client's address: canonical text, IPv4 as IPv4, no zone; undefined when nobody knows. */
  client(request: IncomingMessage): string | undefined
  /** Whether a trusted proxy sent it. */
  isViaProxy(request: IncomingMessage): boolean
}

/**
 * Reads addresses behind the given proxies (addresses or CIDR ranges). Only they are believed: X-Forwarded-For is walked
 * from the right, past every trusted hop; the first other entry is the client. An entry that is no address ends the
 * walk without an answer, so that no address list can be passed by nonsense.
 */
export const createAddressReader = (trustedProxies: readonly string[]): AddressReader => {
  const ranges = trustedProxies.map(toRange)
  const isTrusted = (address: Address): boolean => ranges.some((range) => isWithin(address, range))
  const peers = new WeakMap<Socket, Peer>()
  const peerOf = (socket: Socket): Peer => {
    const known = peers.get(socket)
    if (known) return known
    const address = parse(socket.remoteAddress ?? '')
    const peer = { text: address?.toString(), trusted: address !== undefined && isTrusted(address) }
    peers.set(socket, peer)
    return peer
  }
  const client = ({ socket, headers }: IncomingMessage): string | undefined => {
    const peer = peerOf(socket)
    const forwarded = headers['x-forwarded-for']
    if (!peer.trusted || forwarded === undefined) return peer.text
    const hops = String(forwarded).split(',').toReversed()
    let found = peer.text
    for (const hop of hops) {
      const address = parse(hop)
      if (address === undefined) return undefined
      found = address.toString()
      if (!isTrusted(address)) return found
    }
    return found
  }
  return { client, isViaProxy: ({ socket }) => peerOf(socket).trusted }
}
