import type { Config } from '../config.ts'
import { answer, type Answer, type Call } from './route.ts'
import { cursor, limit, read } from './input.ts'

/**
 * Which part of a list, by ids: below `maxId`, above `sinceId` (the newest of those), or directly above `minId` (the
 * oldest of those); always newest first. https://docs.joinmastodon.org/api/guidelines/#pagination
 */
export type Range = {
  readonly maxId?: string | undefined
  readonly sinceId?: string | undefined
  readonly minId?: string | undefined
  readonly limit: number
}

export function readRange(
  input: Readonly<Record<string, unknown>>,
  { usual, max }: { usual: number; max: number },
): Range {
  const given = read(input, { max_id: cursor, since_id: cursor, min_id: cursor, limit: limit(usual, max) })
  return { maxId: given.max_id, sinceId: given.since_id, minId: given.min_id, limit: given.limit }
}

/**
 * A page with the `Link` header by which apps go on. What was read decides that and not what of it is shown: of a page
 * that hides everything the next one may not. Where nothing was read there is none: apps would go on for ever.
 * @param cursors of what was read, newest first: ids of items, or of the rows that put them on the list
 * @param end up to which id it was looked in vain, where there may be more beyond
 */
export function page(
  config: Pick<Config, 'origin'>,
  call: Pick<Call, 'request' | 'input'>,
  body: unknown,
  cursors: readonly string[],
  end?: string | null,
): Answer {
  const isUpwards = call.input['min_id'] !== undefined
  const oldest = cursors.at(-1) ?? (isUpwards ? null : end) ?? null
  const newest = cursors.at(0) ?? (isUpwards ? end : null) ?? null
  const links = [
    ...(oldest === null ? [] : [`<${linkTo(config, call, 'max_id', oldest)}>; rel="next"`]),
    ...(newest === null ? [] : [`<${linkTo(config, call, 'min_id', newest)}>; rel="prev"`]),
  ]
  return links.length === 0 ? answer(body) : answer(body, { headers: { Link: links.join(', ') } })
}

const cursorNames = ['max_id', 'since_id', 'min_id', 'access_token']

/** The caller's own parameters stay. Masto.js splits the header at commas, so an address has none. */
export function linkTo(
  { origin }: Pick<Config, 'origin'>,
  { request }: Pick<Call, 'request'>,
  name: string,
  cursor: string,
): string {
  const url = new URL(request.originalUrl, origin)
  for (const each of cursorNames) url.searchParams.delete(each)
  url.searchParams.set(name, cursor)
  const { pathname, search } = url
  return (origin + pathname + search).replaceAll(',', '%2C')
}
