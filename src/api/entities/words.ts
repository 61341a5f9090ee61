import { escapeHtml } from '../../domain/statuses/render-post.ts'
import type { StatusView } from '../../domain/statuses/view.ts'

/**
 * What a status says. Apps know no titles: one stands before the rest, and what would be a summary after it; only of
 * what is sensitive that is a warning.
 */
export function presentWords({
  status,
  url,
  contentHtml,
}: Pick<StatusView, 'status' | 'url' | 'contentHtml'>): {
  content: string
  spoiler_text: string
} {
  const title = status.title?.trim() ?? ''
  if (title === '') return { content: contentHtml, spoiler_text: status.summary }
  const link = `<a href="${escapeHtml(url)}" rel="nofollow noopener" target="_blank">${escapeHtml(title)}</a>`
  const isDigest = status.summary !== '' && !status.sensitive
  const digest = isDigest ? `<p>${escapeHtml(status.summary)}</p>` : ''
  return {
    content: `<p><strong>${link}</strong></p>${digest}${contentHtml}`,
    spoiler_text: isDigest ? '' : status.summary,
  }
}
