import type { Config } from '../../config.ts'
import type { LinkCard } from '../../db/json.ts'
import { cleanLine } from '../../lib/clean-text.ts'
import type { FetchedPage } from './fetch-page.ts'
import { readFrame } from './read-page.ts'
import { lengthOf, playerOf, webAddress } from './web-values.ts'

type Said = Readonly<Record<string, unknown>>

/**
 * What an oEmbed document adds to what the page says (https://oembed.com/#section2.3). Of a video only the address of
 * its player counts; `rich` is markup with scripts nearly always, and is left alone, as Mastodon does.
 */
export function readOEmbed(config: Pick<Config, 'origin'>, { url, body }: FetchedPage): Partial<LinkCard> {
  const said = parse(body)
  if (said === undefined) return {}
  const lines = {
    title: line(said, 'title', 300),
    authorName: line(said, 'author_name', 200),
    authorUrl: webAddress(line(said, 'author_url', 2000), url),
    providerName: line(said, 'provider_name', 200),
    providerUrl: webAddress(line(said, 'provider_url', 2000), url),
    image: webAddress(line(said, 'thumbnail_url', 2000), url),
  }
  const kept = Object.fromEntries(Object.entries(lines).filter(([, value]) => value !== ''))
  return { ...kept, ...readPhoto(said, url), ...readVideo(config, said, url) }
}

function parse(body: Buffer): Said | undefined {
  try {
    const said: unknown = JSON.parse(body.toString())
    return typeof said === 'object' && said !== null ? (said as Said) : undefined
  } catch {
    return undefined
  }
}

function line(said: Said, name: string, limit: number): string {
  const value = said[name]
  return typeof value === 'string' ? cleanLine(value, limit) : ''
}

function readPhoto(said: Said, base: string): Partial<LinkCard> {
  const url = webAddress(line(said, 'url', 2000), base)
  if (said['type'] !== 'photo' || url === '') return {}
  const [width, height] = [lengthOf(said['width']), lengthOf(said['height'])]
  return { type: 'photo', embedUrl: url, image: url, width, height }
}

function readVideo(config: Pick<Config, 'origin'>, said: Said, base: string): Partial<LinkCard> {
  const html = said['html']
  if (said['type'] !== 'video' || typeof html !== 'string') return {}
  const frame = readFrame(html.slice(0, 20_000))
  if (frame === undefined) return {}
  const size = { width: said['width'] ?? frame.width, height: said['height'] ?? frame.height }
  const player = playerOf(config, frame.src, base, size)
  return player === undefined ? {} : { type: 'video', ...player }
}
