import { LRUCache } from 'lru-cache'

/** Work that others come before: whoever keeps it puts it back, and takes it up again after so long. */
export class Postponed extends Error {
  override readonly name = 'Postponed'
  readonly ms: number

  constructor(ms: number) {
    super('Others come first')
    this.ms = ms
  }
}

/** How many of one key may be under way at the same time, by how long what was under way last took. */
export type TurnLimits = { readonly untried: number; readonly quick: number; readonly slow: number }

type Line = { readonly begun: Set<number>; lastMs: number | undefined; nextAt: number }

/** What has not ended after so long is slow. */
const slowMs = 2000
/** How far apart those are put back who wait for the same key. */
const shortestStepMs = 50
const longestStepMs = 5000
const longestWaitMs = 15 * 60_000

/**
 * Whose turn it is: a key that is slow takes few places, however much there is to do for it. Nobody is kept waiting here:
 * what there is no place for is put back, for one moment after the other.
 */
export class Turns {
  readonly #limits: TurnLimits
  readonly #now: () => number
  readonly #lines = new LRUCache<string, Line>({ max: 10_000 })

  /** @param now milliseconds of a clock that never goes back */
  constructor(limits: TurnLimits, now: () => number = performance.now.bind(performance)) {
    this.#limits = limits
    this.#now = now
  }

  /** @returns for how many milliseconds it is not the turn of one more of this key: 0 when it is */
  wait(key: string): number {
    const line = this.#lineOf(key)
    const most = this.#limitOf(line)
    if (line.begun.size < most) return 0
    const now = this.#now()
    const step = Math.min(Math.max(line.lastMs ?? 1000, shortestStepMs), longestStepMs) / most
    line.nextAt = Math.min(Math.max(line.nextAt, now) + step, now + longestWaitMs)
    return Math.ceil(line.nextAt - now)
  }

  /** @returns ends the turn */
  begin(key: string): () => void {
    const line = this.#lineOf(key)
    const begun = this.#now()
    // Two may begin at the same moment.
    let mark = begun
    while (line.begun.has(mark)) mark += 0.001
    line.begun.add(mark)
    return () => {
      if (line.begun.delete(mark)) line.lastMs = this.#now() - begun
    }
  }

  #limitOf({ begun, lastMs }: Line): number {
    const oldest = Math.min(...begun)
    if ((lastMs ?? 0) > slowMs || this.#now() - oldest > slowMs) return this.#limits.slow
    return lastMs === undefined ? this.#limits.untried : this.#limits.quick
  }

  #lineOf(key: string): Line {
    const line = this.#lines.get(key) ?? { begun: new Set(), lastMs: undefined, nextAt: 0 }
    this.#lines.set(key, line)
    return line
  }
}

/**
 * Takes a turn with each of these keys, or with none.
 * @returns ends it when it is disposed of
 * @throws Postponed
 */
export function takeTurn(...keys: readonly (readonly [Turns, string])[]): Disposable {
  const ms = Math.max(...keys.map(([turns, key]) => turns.wait(key)))
  if (ms > 0) throw new Postponed(ms)
  const ends = keys.map(([turns, key]) => turns.begin(key))
  return {
    [Symbol.dispose]: () => {
      for (const end of ends) end()
    },
  }
}
