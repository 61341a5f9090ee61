import { normalizeTag } from '../../domain/statuses/parse-text.ts'

/** A hashtag as we compare and store it, from the name that another server gives it; undefined for what is none. */
export function tagNameOf(name: unknown): string | undefined {
  const tag = typeof name === 'string' ? normalizeTag(name.replace(/^#/, '')) : ''
  return /^[\p{L}\p{M}\p{N}_·]{1,100}$/u.test(tag) ? tag : undefined
}
