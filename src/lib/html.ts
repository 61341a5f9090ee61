import sanitizeHtml, { type Attributes, type IOptions, type Tag } from 'sanitize-html'
import { cleanText } from './clean-text.ts'
import { showHosts } from './html/show-hosts.ts'
import { mathToText } from './html/math-to-text.ts'

/** 100 KB of markup is a short book; nobody reads more in a post. In UTF-16 units. */
const MAX_HTML = 100_000
const MAX_NESTING = 32
const MAX_TAGS = 4_000
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6']
const LINK_REL = 'nofollow noopener noreferrer'

/** Schemes that a link may have. What does not begin with one of them is shown as text. */
const linkSchemes = [
  ...['http:', 'https:', 'mailto:', 'xmpp:', 'magnet:', 'gemini:'],
  ...['gopher:', 'dat:', 'dweb:', 'ipfs:', 'ipns:', 'ssb:'],
]

/** Microformats, which name the parts of a mention, and what Mastodon's clients style. */
const keptClass = /^(?:(?:h|p|u|dt|e)-[\w-]{1,40}|mention|hashtag|ellipsis|invisible|quote-inline)$/

const base: IOptions = {
  allowedSchemes: linkSchemes.map((scheme) => scheme.slice(0, -1)),
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'iframe',
    'object',
    'svg',
    'math',
  ],
  nestingLimit: MAX_NESTING,
  parseStyleAttributes: false,
}

/** What posts may consist of: what Mastodon keeps. Headings become bold paragraphs afterwards. */
const content: IOptions = {
  ...base,
  allowedTags: [
    ...['p', 'br', 'span', 'a', 'del', 's', 'pre', 'blockquote', 'code', 'b', 'strong', 'u', 'i', 'em'],
    ...['ul', 'ol', 'li', 'ruby', 'rt', 'rp', ...HEADINGS],
  ],
  allowedAttributes: {
    '*': ['lang'],
    a: ['href', 'rel', 'class', 'translate', 'target'],
    span: ['class', 'translate'],
    p: ['class'],
    ol: ['start', 'reversed'],
    li: ['value'],
  },
  transformTags: {
    a: toLink,
    span: withKeptClasses,
    p: withKeptClasses,
    ol: withWholeNumbers,
    li: withWholeNumbers,
    '*': withLanguage,
  },
}

/** A value in a profile: a line with links, in which nothing is hidden. */
const field: IOptions = {
  ...base,
  allowedTags: ['a', 'b', 'strong', 'i', 'em', 'code', 'br'],
  allowedAttributes: { a: ['href', 'rel', 'target'] },
  transformTags: { a: (name, attributes) => withoutClass(toLink(name, attributes)) },
}

/**
 * Foreign markup reduced to a short list of harmless elements (above), attributes and classes, at most 100,000
 * characters long. Links open apart and vouch for nobody. The result is well-formed and may be shown as it is.
 */
export function sanitizeContent(html: string): string {
  return sanitizeWithin(html, MAX_HTML, (source) =>
    showHosts(sanitizeHtml(mathToText(source), content))
      .replace(/<h[1-6]( lang="[^"]*")?>/g, '<p$1><strong>')
      .replace(/<\/h[1-6]>/g, '</strong></p>'),
  )
}

/** The same for the value of a profile field: one line, and a link's address is never partly hidden. */
export function sanitizeField(html: string, limit: number): string {
  return sanitizeWithin(html, limit, (source) => sanitizeHtml(source, field))
}

/** Text as HTML: paragraphs where it leaves a line empty, line breaks elsewhere. */
export function textToHtml(text: string): string {
  const paragraphs = text.slice(0, MAX_HTML).split(/\n{2,}/)
  const html = paragraphs
    .map((part) => `<p>${escapeHtml(part.trim()).replaceAll('\n', '<br />')}</p>`)
    .join('')
  return html === '<p></p>' ? '' : sanitizeContent(html)
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Escaping and link attributes make markup longer: what grew beyond the limit is cut shorter before. */
function sanitizeWithin(html: string, limit: number, sanitize: (source: string) => string): string {
  let source = withFewTags(cleanText(html, limit))
  for (;;) {
    const isText = !source.includes('<') && !source.includes('&')
    const clean = isText ? source.replaceAll('>', '&gt;') : sanitize(source)
    if (clean.length <= limit) return clean.trim()
    source = cleanText(source, Math.floor((source.length * limit) / clean.length / 1.1))
  }
}

/** The work is in the tags, not in the text. */
function withFewTags(html: string): string {
  let at = -1
  for (let tags = 0; tags <= MAX_TAGS; tags++) {
    at = html.indexOf('<', at + 1)
    if (at < 0) return html
  }
  return html.slice(0, at)
}

function toLink(_name: string, attributes: Attributes): Tag {
  const href = linkTarget(attributes['href'] ?? '')
  if (href === undefined) return { tagName: 'span', attribs: {} }
  const kept = withKeptClasses('a', attributes).attribs
  return { tagName: 'a', attribs: { ...kept, href, rel: LINK_REL, target: '_blank' } }
}

/** The address as written when it is in order, as a browser would read it when it only just is. */
function linkTarget(href: string): string | undefined {
  const url = URL.parse(href)
  if (!url || !linkSchemes.includes(url.protocol)) return undefined
  const beginning = url.host === '' ? url.protocol : `${url.protocol}//${url.host}`
  return /[\s\\]/.test(href) || !href.toLowerCase().startsWith(beginning) ? url.href : href
}

function withKeptClasses(tagName: string, attributes: Attributes): Tag {
  const classes = (attributes['class'] ?? '')
    .split(/\s+/)
    .filter((name) => keptClass.test(name))
    .slice(0, 10)
  const attribs: Attributes = {}
  if (classes.length > 0) attribs['class'] = classes.join(' ')
  if (attributes['translate'] === 'no') attribs['translate'] = 'no'
  return { tagName, attribs: { ...attribs, ...languageOf(attributes) } }
}

/** Every element may say what language it is in. */
function withLanguage(tagName: string, attributes: Attributes): Tag {
  const { lang: _, ...others } = attributes
  return { tagName, attribs: { ...others, ...languageOf(attributes) } }
}

/** The shape of a language tag: https://www.rfc-editor.org/info/bcp47 */
function languageOf({ lang }: Attributes): Attributes {
  return lang !== undefined && /^[a-z]{2,8}(-[a-z\d]{1,8}){0,4}$/i.test(lang) ? { lang } : {}
}

function withWholeNumbers(tagName: string, attributes: Attributes): Tag {
  const attribs: Attributes = {}
  for (const name of ['start', 'value']) {
    const value = attributes[name]
    if (value !== undefined && /^-?\d{1,9}$/.test(value)) attribs[name] = value
  }
  if ('reversed' in attributes) attribs['reversed'] = ''
  return { tagName, attribs: { ...attribs, ...languageOf(attributes) } }
}

function withoutClass({ tagName, attribs }: Tag): Tag {
  const { href, rel, target } = attribs
  return { tagName, attribs: href === undefined ? {} : { href, rel: rel ?? '', target: target ?? '' } }
}
