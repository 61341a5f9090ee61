import type { ProfileField } from '../../db/json.ts'
import { escapeHtml, renderLinkText } from '../../domain/statuses/render-post.ts'
import type { Actor } from '../../store/actors.ts'
import { isoDateOrNull } from './date.ts'

/** https://docs.joinmastodon.org/entities/Account/#Field */
export type FieldJson = {
  readonly name: string
  readonly value: string
  readonly verified_at: string | null
}

/** Ours are kept as they were written, and an address is a link; others' are HTML, cleaned when they arrived. */
export function presentFields({ isLocal, fields }: Pick<Actor, 'isLocal' | 'fields'>): FieldJson[] {
  const html = (value: string) => (isLocal ? renderValue(value.trim()) : value)
  return fields.map((field) => ({ ...presentSourceField(field), value: html(field.value) }))
}

/** The same, as its owner edits it. */
export function presentSourceField({ name, value, verifiedAt }: ProfileField): FieldJson {
  return { name, value, verified_at: isoDateOrNull(verifiedAt === undefined ? null : new Date(verifiedAt)) }
}

function renderValue(value: string): string {
  const protocol = URL.parse(value)?.protocol
  if (protocol !== 'https:' && protocol !== 'http:') return escapeHtml(value)
  const href = escapeHtml(value)
  return `<a href="${href}" rel="me nofollow noopener" target="_blank">${renderLinkText(value)}</a>`
}
