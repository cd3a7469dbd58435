import ipaddr from 'ipaddr.js'

const IPV6_NETWORK_PARTS = 4

/** What counts as one address: an IPv4 address, or the /64 network that one IPv6 customer commands. */
export const networkOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, IPV6_NETWORK_PARTS)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString()
}
