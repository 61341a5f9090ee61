import type { Config } from '../config.ts'
import { limit, offset, read } from './input.ts'
import { linkTo } from './paging.ts'
import { answer, type Answer, type Call } from './route.ts'

/** Which part of a list that has no ids to go on by. */
export type OffsetRange = { readonly offset: number; readonly limit: number }

export function readOffset(
  input: Readonly<Record<string, unknown>>,
  { usual, max }: { usual: number; max: number },
): OffsetRange {
  return read(input, { limit: limit(usual, max), offset: offset(10_000) })
}

/**
 * A page with the `Link` header by which apps go on, as Mastodon has it for trends: to what follows while a page is full,
 * and to what comes before. Where nothing was read there is none.
 * @param count of what was read, whether or not all of it is shown
 */
export function offsetPage(
  config: Pick<Config, 'origin'>,
  call: Pick<Call, 'request'>,
  body: unknown,
  { offset, limit: size }: OffsetRange,
  count: number,
): Answer {
  const link = (start: number, rel: string) =>
    `<${linkTo(config, call, 'offset', String(start))}>; rel="${rel}"`
  const links = [
    ...(count === size ? [link(offset + size, 'next')] : []),
    ...(offset > 0 && count > 0 ? [link(Math.max(offset - size, 0), 'prev')] : []),
  ]
  return links.length === 0 ? answer(body) : answer(body, { headers: { Link: links.join(', ') } })
}
