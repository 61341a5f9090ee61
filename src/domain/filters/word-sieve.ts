/** Whether any of the words may stand in a folded text: no for sure, or perhaps. */
export type Sieve = (text: string) => boolean

/** What two spellings of a word have in common. */
export function fold(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}

/** Of each word so much is looked for: patterns stay small however long the words are. */
const headLength = 8
/** In characters, of all that are kept: those of more than a hundred members who use all that they may. */
const mostKept = 1_000_000

const kept = new Map<string, Sieve>()
let keptLength = 0

/**
 * One pattern for all words, since to try a thousand one after the other on each status of a page would keep everybody
 * else waiting. It takes long to make and is kept for the next page; what was not asked for lately is forgotten.
 * @param words folded, none of them empty
 */
export function sieveFor(words: readonly string[]): Sieve {
  if (words.length === 0) return () => false
  const heads = [...new Set(words.map((word) => word.slice(0, headLength)))].map(escapeForPattern)
  const pattern = heads.join('|')
  const known = kept.get(pattern)
  if (known !== undefined) {
    kept.delete(pattern)
    kept.set(pattern, known)
    return known
  }
  const expression = new RegExp(pattern)
  const sieve: Sieve = (text) => expression.test(text)
  keep(pattern, sieve)
  return sieve
}

function keep(pattern: string, sieve: Sieve): void {
  kept.set(pattern, sieve)
  keptLength += pattern.length
  for (const oldest of kept.keys()) {
    if (keptLength <= mostKept || oldest === pattern) return
    kept.delete(oldest)
    keptLength -= oldest.length
  }
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`)
}
