/** Every value of every header, in order of arrival, by lower-case name. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>

/**
 * Groups Node's `request.rawHeaders` (name, value, name, value, ...) by name. `request.headers` would not do: it
 * silently drops repeated Host and Date lines, so that two readers of one request could see two truths.
 */
export function groupHeaders(rawHeaders: readonly string[]): HeaderMap {
  const headers = new Map<string, string[]>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const values = headers.get(name)
    if (values) values.push(rawHeaders[i + 1]!)
    else headers.set(name, [rawHeaders[i + 1]!])
  }
  return headers
}

/** The header's value if it stands there exactly once. */
export function findSingleHeader(headers: HeaderMap, name: string): string | undefined {
  const values = headers.get(name)
  return values?.length === 1 ? values[0] : undefined
}
