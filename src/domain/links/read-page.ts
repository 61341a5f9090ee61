import { Parser } from 'htmlparser2'

/** What the head of a page says, in its own words: the first of each name counts. */
export type PageFacts = {
  readonly title: string
  /** Of the `html` element. */
  readonly language: string
  /** By lower-case `property` or `name`. */
  readonly meta: ReadonlyMap<string, string>
  /** Where its oEmbed document is said to be. */
  readonly oEmbedUrl: string | undefined
}

const maxNames = 200
const maxText = 5000

/** Reads the head of a page, once from its beginning to its end, whatever it is. */
export function readPage(html: string): PageFacts {
  const meta = new Map<string, string>()
  let [title, language] = ['', '']
  let oEmbedUrl: string | undefined
  let isTitle = false
  const parser = new Parser({
    onopentag(name, attributes) {
      isTitle = name === 'title' && title === ''
      if (name === 'html') language = attributes['lang'] ?? ''
      if (name === 'meta' && meta.size < maxNames) keepMeta(meta, attributes)
      if (name === 'link') oEmbedUrl ??= oEmbedOf(attributes)
    },
    ontext(text) {
      if (isTitle && title.length < maxText) title += text.slice(0, maxText)
    },
    onclosetag(name) {
      if (name === 'title') isTitle = false
    },
  })
  parser.end(html)
  return { title, language, meta, oEmbedUrl }
}

type Attributes = Readonly<Record<string, string>>

function keepMeta(meta: Map<string, string>, attributes: Attributes): void {
  const name = (attributes['property'] ?? attributes['name'] ?? '').toLowerCase()
  const content = attributes['content']?.trim() ?? ''
  if (name !== '' && content !== '' && !meta.has(name)) meta.set(name, content.slice(0, maxText))
}

function oEmbedOf({ rel = '', type = '', href }: Attributes): string | undefined {
  const isOEmbed = /\balternate\b/i.test(rel) && type.toLowerCase() === 'application/json+oembed'
  return isOEmbed ? href : undefined
}

/** The first `iframe` in a piece of markup, and how large it wants to be. */
export function readFrame(html: string): { src: string; width: string; height: string } | undefined {
  let frame: { src: string; width: string; height: string } | undefined
  const parser = new Parser({
    onopentag(name, { src = '', width = '', height = '' }) {
      if (name === 'iframe') frame ??= { src, width, height }
    },
  })
  parser.end(html)
  return frame
}
