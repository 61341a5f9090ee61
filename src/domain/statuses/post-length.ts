import { parseText, type Piece } from './parse-text.ts'

/** In characters as `isTooLong` counts them. */
export const maxPostLength = 5000
/** What a link counts for, however long it is. */
export const charactersPerLink = 23

/** A longer one is no link that anybody follows: it counts for what it is. */
const longestLink = 2048
/** The shortest link has ten characters. */
const mostPerUnit = 3
/** UTF-16 units: a text of so many is not read. */
const mostUnits = 20 * maxPostLength

/**
 * Whether a post is longer than it may be, counted as Mastodon and the apps do: in characters as people count them, the
 * warning in full, and of the text every link as 23, and of `@name@domain` the name alone.
 */
export function isTooLong({ text, summary }: { readonly text: string; readonly summary: string }): boolean {
  const units = text.length + summary.length
  if (units * mostPerUnit <= maxPostLength) return false
  if (units > mostUnits) return true
  return countCharacters(summary + parseText(text).map(asCounted).join('')) > maxPostLength
}

function asCounted(piece: Piece): string {
  if (piece.kind === 'mention') return `@${piece.username}`
  const isCut = piece.kind === 'link' && piece.text.length <= longestLink
  return isCut ? 'x'.repeat(charactersPerLink) : piece.text
}

function countCharacters(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length
}
