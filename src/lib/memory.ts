/** Gives what was loaded for this key, or loads it anew when that is too long ago. */
export type Memory<T> = (key: object, now: Date, load: () => Promise<T>) => Promise<T>

/** For what costs much to find out and may be a little old. A load that fails is not kept. */
export function createMemory<T>(keptMs: number): Memory<T> {
  const kept = new WeakMap<object, { readonly at: number; readonly value: Promise<T> }>()
  return (key, now, load) => {
    const known = kept.get(key)
    if (known !== undefined && now.getTime() - known.at < keptMs) return known.value
    const value = load()
    kept.set(key, { at: now.getTime(), value })
    value.catch(() => kept.delete(key))
    return value
  }
}
