export type Pairs = ReadonlyMap<string, string>

const MAX_PAIRS = 16

/**
 * Reads `text` from end to end as repetitions of `pair`, a sticky pattern whose groups are the name, then the value
 * quoted or bare. Undefined when anything is left over, a name comes twice, or there are more than 16.
 */
export function readPairs(text: string, pair: RegExp): Pairs | undefined {
  const pairs = new Map<string, string>()
  pair.lastIndex = 0
  for (let at = 0; at < text.length; at = pair.lastIndex) {
    const [, name, quoted, bare] = pair.exec(text) ?? []
    if (name === undefined || pairs.has(name) || pairs.size === MAX_PAIRS) return undefined
    pairs.set(name, quoted ?? bare ?? '')
  }
  return pairs
}

/** Unix seconds under `name`; undefined when absent, NaN when it is no whole number that a Date can hold. */
export function readSeconds(pairs: Pairs, name: string): number | undefined {
  const value = pairs.get(name)
  if (value === undefined) return undefined
  return /^\d{1,11}$/.test(value) ? Number(value) : NaN
}
