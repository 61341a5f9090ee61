import type { Config } from '../../config.ts'

/**
 * Where somebody goes after signing in: a path of ours, as we spell it, or undefined.
 * @param asked as it stands in an address that anybody may have written
 */
export function safeNext({ origin }: Config, asked: unknown): string | undefined {
  if (typeof asked !== 'string' || asked.length > 4000) return undefined
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(asked)) return undefined
  const url = URL.parse(asked, origin)
  if (url === null || url.origin !== origin || url.pathname.startsWith('//')) return undefined
  return url.pathname + url.search
}
