import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

const parseRange = (text: string): Range | undefined => {
  const [address = '', bits, ...more] = text.trim().split('/')
  if (more.length > 0) return undefined
  // Only the common notations: ipaddr.js also reads octal, hexadecimal and shortened IPv4.
  if (!ipaddr.IPv6.isValid(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)) return undefined
  const parsed = ipaddr.process(address)
  const width = parsed.kind() === 'ipv4' ? 32 : 128
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  return prefix >= 0 && prefix <= width ? [parsed, prefix] : undefined
}

const network = ([address, prefix]: Range): string =>
  address.kind() === 'ipv4'
    ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${prefix}`).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${prefix}`).toString()

/** An address or CIDR range, IPv4 or IPv6, as `network/prefix`; undefined if it is neither. */
export const canonicalRange = (text: string): string | undefined => {
  const range = parseRange(text)
  return range && `${network(range)}/${range[1]}`
}

// A token's allowlist is the same array for as long as its standing is kept, and for many tokens: it is parsed once.
const parsedLists = new WeakMap<readonly string[], readonly Range[]>()

const rangesOf = (allowlist: readonly string[]): readonly Range[] => {
  const known = parsedLists.get(allowlist)
  if (known) return known
  const ranges = allowlist.map(parseRange).filter((range) => range !== undefined)
  parsedLists.set(allowlist, ranges)
  return ranges
}

// The same few callers ask thousands of times a second.
const parsedAddresses = new LRUCache<string, Range[0]>({ max: 1000 })

const addressOf = (text: string): Range[0] | undefined => {
  const known = parsedAddresses.get(text)
  if (known) return known
  if (!ipaddr.isValid(text)) return undefined
  const parsed = ipaddr.process(text)
  parsedAddresses.set(text, parsed)
  return parsed
}

/**
 * Whether an address is in an allowlist of canonical ranges. An empty list allows any address, none included;
 * any other list refuses a request whose address is not known.
 */
export const isAddressAllowed = (allowlist: readonly string[], address: string | undefined): boolean => {
  if (allowlist.length === 0) return true
  const parsed = address === undefined ? undefined : addressOf(address)
  if (!parsed) return false
  return rangesOf(allowlist).some(
    ([network, prefix]) => network.kind() === parsed.kind() && parsed.match(network, prefix),
  )
}
