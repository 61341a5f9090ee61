/** Gives a place back. */
type Release = () => void

export type Slots = {
  /**
   * Waits for a place, in turn.
   * @param key who shares places among themselves
   * @returns gives it back; undefined when too many wait already, or the signal ended the waiting
   */
  take(key: string, signal: AbortSignal): Promise<Release | undefined>
}

type Waiting = { readonly key: string; readonly enter: () => void }

export type SlotLimits = {
  readonly total: number
  readonly perKey: number
  readonly maxWaiting: number
  /** Default: as many as there may be. */
  readonly maxWaitingPerKey?: number
}

/** A number of places, of which each key may hold a few: whoever is slow does not keep everybody else out. */
export function createSlots(limits: SlotLimits): Slots {
  const { maxWaiting, maxWaitingPerKey = maxWaiting } = limits
  const held = new Map<string, number>()
  const queue: Waiting[] = []
  let total = 0

  const isFree = (key: string): boolean => total < limits.total && (held.get(key) ?? 0) < limits.perKey
  const hold = (key: string, change: 1 | -1): void => {
    total += change
    const count = (held.get(key) ?? 0) + change
    if (count === 0) held.delete(key)
    else held.set(key, count)
  }
  const letIn = (): void => {
    for (let index = queue.findIndex(({ key }) => isFree(key)); index >= 0;) {
      const [next] = queue.splice(index, 1)
      next?.enter()
      index = queue.findIndex(({ key }) => isFree(key))
    }
  }
  const occupy = (key: string): Release => {
    let isHeld = true
    hold(key, 1)
    return () => {
      if (isHeld) hold(key, -1)
      isHeld = false
      letIn()
    }
  }

  return {
    take: async (key, signal) => {
      if (signal.aborted) return undefined
      if (isFree(key)) return occupy(key)
      if (queue.length >= maxWaiting) return undefined
      if (queue.filter((one) => one.key === key).length >= maxWaitingPerKey) return undefined
      const { promise, resolve } = Promise.withResolvers<Release | undefined>()
      const waiting: Waiting = { key, enter: () => resolve(occupy(key)) }
      const leave = (): void => {
        const index = queue.indexOf(waiting)
        if (index >= 0) queue.splice(index, 1)
        resolve(undefined)
      }
      queue.push(waiting)
      signal.addEventListener('abort', leave)
      return promise.finally(() => signal.removeEventListener('abort', leave))
    },
  }
}
