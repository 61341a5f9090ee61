import type { Config } from '../../config.ts'
import { escapeHtml } from '../statuses/render-post.ts'

/** An address of the web; empty for anything else. @param base what it stands in */
export function webAddress(text: string, base: string): string {
  const url = text === '' ? null : URL.parse(text, base)
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
  return isWeb && url.href.length <= 2000 ? url.href : ''
}

/** A width or height in pixels; 0 for anything else. */
export function lengthOf(value: unknown): number {
  const number =
    typeof value === 'string' || typeof value === 'number' ? Number.parseInt(String(value), 10) : 0
  return number > 0 && number <= 20_000 ? number : 0
}

export type Player = { readonly html: string; readonly width: number; readonly height: number }

/**
 * A frame around a player that stands elsewhere: the address is all that is taken from what was offered, and it is
 * never one of ours, nor without encryption where we have it.
 */
export function playerOf(
  { origin }: Pick<Config, 'origin'>,
  src: string,
  base: string,
  size: { readonly width: unknown; readonly height: unknown },
): Player | undefined {
  const [width, height] = [lengthOf(size.width), lengthOf(size.height)]
  const url = URL.parse(webAddress(src, base))
  if (url?.protocol !== 'https:' || url.host === new URL(origin).host) return undefined
  if (width === 0 || height === 0) return undefined
  const sandbox = 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms'
  const html = `<iframe src="${escapeHtml(url.href)}" width="${width}" height="${height}" sandbox="${sandbox}" allowfullscreen="true"></iframe>`
  return { html, width, height }
}
