import type { Config } from '../../config.ts'

/**
 * The address of a picture, a recording or a file. What stands here is kept as a path, so that the origin may change.
 * @param url a path of ours, or an address elsewhere, which is returned as it is
 */
export function absoluteUrl({ origin }: Pick<Config, 'origin'>, url: string): string {
  return url.startsWith('/') ? `${origin}${url}` : url
}
