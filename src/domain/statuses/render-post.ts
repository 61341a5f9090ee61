import type { StatusMention } from '../../db/json.ts'
import type { Status } from '../../store/statuses.ts'
import { actorUrl, type Home } from '../accounts/addresses.ts'
import { normalizeTag, parseText, type Piece } from './parse-text.ts'

/**
 * The HTML of a post of ours, made from its source text when it is read, so that no row holds an address of ours.
 * The marks (`h-card`, `u-url mention`, `mention hashtag`) are the ones by which other servers know mentions and
 * tags: https://docs.joinmastodon.org/spec/activitypub/#sanitization
 */
export function renderPost(home: Home, post: Pick<Status, 'source' | 'mentions'>): string {
  const paragraphs = (post.source ?? '').replace(/\r\n?/g, '\n').split(/\n{2,}/)
  return paragraphs
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${renderPieces(home, parseText(paragraph), post.mentions)}</p>`)
    .join('')
}

function renderPieces(home: Home, pieces: readonly Piece[], mentions: readonly StatusMention[]): string {
  return pieces.map((piece) => renderPiece(home, piece, mentions)).join('')
}

function renderPiece(home: Home, piece: Piece, mentions: readonly StatusMention[]): string {
  switch (piece.kind) {
    case 'text':
      return escapeHtml(piece.text).replaceAll('\n', '<br>')
    case 'link':
      return `<a href="${escapeHtml(piece.href)}" rel="nofollow noopener" target="_blank">${renderLinkText(piece.text)}</a>`
    case 'hashtag':
      return `<a href="${escapeHtml(tagUrl(home, piece.tag))}" class="mention hashtag" rel="tag">#<span>${escapeHtml(piece.tag)}</span></a>`
    case 'mention':
      return renderMention(home, piece, mentions)
  }
}

/** A mention links to whom it named when the post was written; a name that nobody answered to stays text. */
function renderMention(
  home: Home,
  piece: Extract<Piece, { kind: 'mention' }>,
  mentions: readonly StatusMention[],
): string {
  const named = mentions.find((mention) => isNamedBy(home, mention, piece))
  if (named === undefined) return escapeHtml(piece.text)
  const href = actorUrl(home, { ...named, type: 'Person' })
  return `<span class="h-card"><a href="${escapeHtml(href)}" class="u-url mention">@<span>${escapeHtml(named.username)}</span></a></span>`
}

function isNamedBy(
  home: Home,
  mention: Pick<StatusMention, 'username' | 'domain'>,
  name: { username: string; domain: string | null },
): boolean {
  const domain = name.domain === home.handleDomain ? null : name.domain
  return mention.username.toLowerCase() === name.username.toLowerCase() && mention.domain === domain
}

const shownUnits = 30

/**
 * The scheme is hidden and a long address is cut, by style, so that copying still gives all of it. The host is never
 * cut: whoever reads a link sees where it leads.
 */
export function renderLinkText(url: string): string {
  const [, scheme = '', rest = ''] = /^(https?:\/\/(?:www\.)?)(.*)$/is.exec(url) ?? [url, '', url]
  const cut = Math.max(shownUnits, rest.search(/[/?#\\]|$/))
  const shown = escapeHtml(rest.slice(0, cut))
  const visible = rest.length > cut ? `<span class="ellipsis">${shown}</span>` : `<span>${shown}</span>`
  return `<span class="invisible">${escapeHtml(scheme)}</span>${visible}<span class="invisible">${escapeHtml(rest.slice(cut))}</span>`
}

export function tagUrl(home: Home, tag: string): string {
  return `${home.origin}/tags/${encodeURIComponent(normalizeTag(tag))}`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
