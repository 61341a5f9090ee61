export type Batches<T> = {
  /** Resolves when the item is done with. @throws what `run` throws for a batch of this item alone */
  add(item: T): Promise<void>
}

type Waiting<T> = { readonly item: T; resolve(): void; reject(error: unknown): void }

export type BatchLimits = {
  readonly maxSize: number
  /** Batches under way at the same time. */
  readonly parallel: number
}

/**
 * Does together what comes at the same time: what arrives while as many batches are under way as may be is in the
 * next. A batch that fails is done again item by item, so that only those fail which fail by themselves.
 * @param run does all of a batch or nothing of it
 */
export function createBatches<T>(
  run: (items: readonly T[]) => Promise<unknown>,
  { maxSize, parallel }: BatchLimits,
): Batches<T> {
  const waiting: Waiting<T>[] = []
  let running = 0

  const runTogether = async (batch: readonly Waiting<T>[]): Promise<void> => {
    try {
      await run(batch.map(({ item }) => item))
      for (const { resolve } of batch) resolve()
    } catch (error) {
      const [only, ...others] = batch
      if (others.length === 0) only?.reject(error)
      else await Promise.all(batch.map((one) => runTogether([one])))
    }
  }

  const runAll = async (): Promise<void> => {
    while (waiting.length > 0) await runTogether(waiting.splice(0, maxSize))
    running--
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (running === parallel) return
        running++
        // Not at once: what is being added in the same turn belongs together.
        setImmediate(() => void runAll())
      }),
  }
}
