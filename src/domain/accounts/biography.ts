import { htmlToText } from '../../lib/html-to-text.ts'
import type { Actor } from '../../store/actors.ts'
import { renderPost } from '../statuses/render-post.ts'
import type { Home } from './addresses.ts'

type Described = Pick<Actor, 'isLocal' | 'summary'>

/**
 * What somebody says of themselves, as HTML that may be shown as it is. A member's is kept as it was written and
 * made into HTML when it is read; what came from elsewhere was HTML, and was cleaned when it arrived.
 */
export function biographyHtml(home: Home, { isLocal, summary }: Described): string {
  return isLocal ? renderPost(home, { source: summary, mentions: [] }) : summary
}

/** The same as text. */
export function biographyText({ isLocal, summary }: Described): string {
  return isLocal ? summary : htmlToText(summary)
}
