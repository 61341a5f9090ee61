import { DomainError } from '../../lib/errors.ts'
import { normalizeTag, parseText } from '../statuses/parse-text.ts'

/**
 * A tag as somebody typed it, with or without `#`, as it is compared and stored.
 * @throws DomainError `invalid` for what would be no hashtag in a post
 */
export function readTag(typed: string): string {
  const name = typed.trim().replace(/^#/, '')
  const [piece, ...rest] = parseText(`#${name}`)
  if (piece?.kind !== 'hashtag' || rest.length > 0 || piece.tag !== name)
    throw new DomainError(
      'invalid',
      `${typed} is not a hashtag: letters, digits and _, and not digits alone.`,
    )
  return normalizeTag(name)
}
