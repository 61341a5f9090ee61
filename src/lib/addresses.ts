import { BlockList, isIP } from 'node:net'

/** IPv4 that is not global unicast: IANA's special-purpose registry, multicast and the reserved class E. */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8], // "this network"; Linux connects 0.0.0.0 to loopback
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, cloud metadata
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16],
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const

/**
 * IPv6 that is not global unicast. Only 2000::/3 is given out (RFC 4291), so the first three lines are all the
 * rest: loopback, unspecified, discard-only, segment routing, unique local, link and site local, multicast.
 */
const SPECIAL_IPV6 = [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23], // protocol assignments, Teredo
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
] as const

/** Prefixes whose last 32 bits are the IPv4 address that is reached: IPv4-mapped, and NAT64 (RFC 6052). */
const EMBEDDING_PREFIXES = ['::ffff:', '64:ff9b::'] as const

const specialIpv4 = new BlockList()
const specialIpv6 = new BlockList()
const embedding = new BlockList()
const specialEmbedded = new BlockList()

for (const [network, bits] of SPECIAL_IPV4) specialIpv4.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of SPECIAL_IPV6) specialIpv6.addSubnet(network, bits, 'ipv6')
for (const prefix of EMBEDDING_PREFIXES) {
  embedding.addSubnet(`${prefix}0.0.0.0`, 96, 'ipv6')
  for (const [network, bits] of SPECIAL_IPV4) specialEmbedded.addSubnet(prefix + network, 96 + bits, 'ipv6')
}

/**
 * Whether `address` is a globally reachable unicast address.
 * @param address an IPv4 or IPv6 address in text form, without brackets; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !specialIpv4.check(address, 'ipv4')
  if (family !== 6 || address.includes('%')) return false
  const special = embedding.check(address, 'ipv6') ? specialEmbedded : specialIpv6
  return !special.check(address, 'ipv6')
}
