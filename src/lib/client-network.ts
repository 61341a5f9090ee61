/**
 * Whom limits count an address as: IPv4 as it is, IPv6 as its /64, which is what one connection is given.
 * @param address as Node spells it; other text stays as it is
 */
export function clientNetwork(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address
  const [bare = ''] = address.split('%', 1)
  const [before = '', after] = bare.split('::')
  const groups = before === '' ? [] : before.split(':')
  const rest = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0')
  const all = after === undefined ? groups : [...groups, ...zeros, ...rest]
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
