import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'

/** Where a token is used from: a network block, or the program that uses it. */
export type PlaceKind = 'network' | 'agent'

/** One place of one token. */
export type Place = {
  readonly tenantId: string
  readonly tokenId: string
  readonly kind: PlaceKind
  readonly value: string
}

/** One text for each token of all tenants. */
export const tokenKeyOf = ({ tenantId, tokenId }: Pick<Place, 'tenantId' | 'tokenId'>): string =>
  `${tenantId}/${tokenId}`

// About the size of what a country's larger providers hold. No list of countries is shipped that would grow old.
const IPV4_BITS = 12
const IPV6_BITS = 28

// Few addresses of those that ask at one time are new, and reading one takes microseconds.
const ADDRESSES_MAX = 10_000
const ADDRESS_LENGTH_MAX = 64

const readNetwork = (address: string): string | undefined => {
  if (!ipaddr.isValid(address)) return undefined
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4'
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed.toString()}/${IPV4_BITS}`).toString()}/${IPV4_BITS}`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${IPV6_BITS}`).toString()}/${IPV6_BITS}`
}

const networks = new LRUCache<string, { readonly network: string | undefined }>({
  max: ADDRESSES_MAX,
  memoMethod: (address) => ({ network: readNetwork(address) }),
})

/** The network block that an address lies in, as `network/prefix`; undefined for what is no address. */
export const networkOf = (address: string): string | undefined =>
  address.length <= ADDRESS_LENGTH_MAX ? networks.memo(address).network : undefined

/** The agent of a request that names none. */
export const NO_AGENT = '-'

const AGENT_LENGTH_MAX = 40
const PRODUCT = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/

/** The first product of a User-Agent (RFC 9110 §10.1.5), lower-cased and without its version: `curl`, `python-requests`. */
export const agentOf = (agent: string | undefined): string => {
  const [product = NO_AGENT] = PRODUCT.exec(agent?.trim() ?? '') ?? []
  return product.slice(0, AGENT_LENGTH_MAX).toLowerCase()
}
