import type { LinkCard } from '../../db/json.ts'
import { cleanLine, cleanText } from '../../lib/clean-text.ts'
import { decodePage } from './decode-page.ts'
import { fetchPage, oEmbeds, pages, type Fetching } from './fetch-page.ts'
import { readOEmbed } from './read-oembed.ts'
import { readPage, type PageFacts } from './read-page.ts'
import { lengthOf, playerOf, webAddress } from './web-values.ts'

/**
 * Asks a page what it is: by oEmbed (https://oembed.com), OpenGraph (https://ogp.me), the words of X, and its title.
 * @returns null when it says nothing that could be shown
 * @throws FetchError for what may pass with time
 */
export async function makeCard(ctx: Fetching, url: string): Promise<LinkCard | null> {
  const page = await fetchPage(ctx, url, pages)
  if (page === undefined) return null
  const facts = readPage(decodePage(page.body, page.contentType))
  const card = describePage(ctx, facts, page.url)
  const more = await askOEmbed(ctx, facts, page.url)
  const whole = { ...card, ...more }
  return whole.title === '' ? null : whole
}

async function askOEmbed(ctx: Fetching, { oEmbedUrl }: PageFacts, base: string): Promise<Partial<LinkCard>> {
  const url = oEmbedUrl === undefined ? '' : webAddress(oEmbedUrl, base)
  if (url === '') return {}
  // The page has said enough of itself, whether or not this can be had.
  const answer = await fetchPage(ctx, url, oEmbeds).catch(() => undefined)
  return answer === undefined ? {} : readOEmbed(ctx.config, answer)
}

/** The first of these names of which the page says something. */
type First = (...names: readonly string[]) => string

function describePage({ config }: Pick<Fetching, 'config'>, facts: PageFacts, url: string): LinkCard {
  const first: First = (...names) => names.flatMap((name) => facts.meta.get(name) ?? []).at(0) ?? ''
  return {
    title: cleanLine(first('og:title', 'twitter:title') || facts.title, 300),
    description: cleanText(first('og:description', 'twitter:description', 'description'), 2000).trim(),
    providerName: cleanLine(first('og:site_name', 'application-name'), 200),
    providerUrl: '',
    embedUrl: '',
    ...describeAuthor(first, url),
    ...describePicture(first, url),
    ...describePlayer(config, first, url),
    language: languageOf(first('og:locale', 'language') || facts.language),
    publishedAt: momentOf(first('article:published_time', 'og:article:published_time', 'og:published_time')),
    url,
  }
}

/** OpenGraph wants the address of a profile there, and gets names. */
function describeAuthor(first: First, url: string) {
  const author = first('article:author', 'og:article:author')
  const isAddress = /^https?:\/\//i.test(author)
  return {
    authorName: cleanLine(first('author') || (isAddress ? '' : author), 200),
    authorUrl: isAddress ? webAddress(author, url) : '',
  }
}

function describePicture(first: First, url: string) {
  const image = webAddress(
    first('og:image:secure_url', 'og:image', 'twitter:image', 'twitter:image:src'),
    url,
  )
  return {
    image: image === '' ? null : image,
    imageDescription: cleanText(first('og:image:alt', 'twitter:image:alt'), 1500),
  }
}

function describePlayer(config: Fetching['config'], first: First, url: string) {
  const size = { width: first('twitter:player:width'), height: first('twitter:player:height') }
  const player = playerOf(config, first('twitter:player'), url, size)
  if (player !== undefined) return { type: 'video' as const, ...player }
  const [width, height] = [lengthOf(first('og:image:width')), lengthOf(first('og:image:height'))]
  return { type: 'link' as const, html: '', width, height }
}

function languageOf(text: string): string | null {
  return /^[a-z]{2,3}(?=$|[-_])/i.exec(text)?.[0].toLowerCase() ?? null
}

function momentOf(text: string): string | null {
  const time = text === '' || text.length > 40 ? Number.NaN : Date.parse(text)
  const isOrdinary = time > 0 && time < 4_102_444_800_000
  return isOrdinary ? new Date(time).toISOString() : null
}
