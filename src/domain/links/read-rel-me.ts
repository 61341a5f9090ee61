import { Parser } from 'htmlparser2'

const linking = new Set(['a', 'area', 'link'])
/** A page with more of them than anybody has profiles says nothing. */
const maxLinks = 200

/**
 * Where the links of a page lead that say "this is me as well": https://microformats.org/wiki/rel-me
 * @param base what the page's own addresses are resolved against
 */
export function readRelMe(html: string, base: string): URL[] {
  const found: URL[] = []
  const parser = new Parser({
    onopentag(name, { rel = '', href = '' }) {
      if (!linking.has(name) || found.length >= maxLinks) return
      if (!rel.toLowerCase().split(/\s+/).includes('me')) return
      const url = URL.parse(href, base)
      if (url !== null) found.push(url)
    },
  })
  parser.end(html)
  return found
}
