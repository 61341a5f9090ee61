/** What is known of a place, and which place knows more. */
export type Link<Value> = { readonly value?: Value | undefined; readonly next?: string | null | undefined }

/**
 * Of each place the first value on the way from it, where there is one: each link is gone along once, however many
 * places lead to it. A ring has what its places have.
 */
export function followChains<Value>(links: ReadonlyMap<string, Link<Value>>): Map<string, Value> {
  const found = new Map<string, Value | undefined>()
  for (const start of links.keys()) {
    const way = new Set<string>()
    let at: string | undefined = start
    while (at !== undefined && !way.has(at) && !found.has(at)) {
      way.add(at)
      const link: Link<Value> | undefined = links.get(at)
      if (link?.value !== undefined) found.set(at, link.value)
      else at = link?.next ?? undefined
    }
    const value = at === undefined ? undefined : found.get(at)
    for (const place of way) found.set(place, value)
  }
  return new Map([...found].flatMap(([place, value]) => (value === undefined ? [] : [[place, value]])))
}
