import { htmlToText } from '../../lib/html-to-text.ts'
import type { Status } from '../../store/statuses.ts'

/** What the author of a post is given to edit: what they typed, or what was brought here in its place. */
export function editableText({ source, content }: Pick<Status, 'source' | 'content'>): string {
  return source ?? (content === null ? '' : htmlToText(content))
}
