import type { ProfileField } from '../../db/json.ts'
import { escapeHtml, renderLinkText } from '../../domain/statuses/render-post.ts'

/** https://docs.joinmastodon.org/entities/Account/#Field */
export type FieldJson = {
  readonly name: string
  readonly value: string
  readonly verified_at: string | null
}

/** Kept as they were written; an address is a link. */
export function presentFields(fields: readonly ProfileField[]): FieldJson[] {
  return fields.map(({ name, value }) => ({ name, value: renderValue(value.trim()), verified_at: null }))
}

function renderValue(value: string): string {
  const protocol = URL.parse(value)?.protocol
  if (protocol !== 'https:' && protocol !== 'http:') return escapeHtml(value)
  const href = escapeHtml(value)
  return `<a href="${href}" rel="me nofollow noopener" target="_blank">${renderLinkText(value)}</a>`
}
