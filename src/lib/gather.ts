type Asked<V> = { resolve(value: V | undefined): void; reject(error: unknown): void }

/**
 * Looks up together what is asked for in the same turn of the event loop: one query for all of it, and one answer for
 * all who ask for the same. Nothing is remembered: whoever asks later is answered with what is there later.
 * @param load the values that are there, by their keys; at most `maxSize` keys at once
 */
export function createGatherer<V>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
  maxSize = 256,
): (key: string) => Promise<V | undefined> {
  let waiting = new Map<string, Asked<V>[]>()

  const run = async (asked: ReadonlyMap<string, readonly Asked<V>[]>): Promise<void> => {
    try {
      const found = await load([...asked.keys()])
      for (const [key, all] of asked) for (const one of all) one.resolve(found.get(key))
    } catch (error) {
      for (const one of [...asked.values()].flat()) one.reject(error)
    }
  }

  const flush = (): void => {
    if (waiting.size === 0) return
    const asked = waiting
    waiting = new Map()
    void run(asked)
  }

  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(flush)
      const others = waiting.get(key) ?? []
      waiting.set(key, [...others, { resolve, reject }])
      if (waiting.size >= maxSize) flush()
    })
}
