import { activityTypes, actorTypes, noteTypes } from '../../../domain/drafts.ts'
import { typesOf } from './values.ts'

/** All types that decide how an object is read. Each excludes the others. */
const deciding: ReadonlySet<string> = new Set([
  ...activityTypes,
  ...actorTypes,
  ...noteTypes,
  ...['Link', 'Mention', 'Hashtag', 'Emoji', 'Collection', 'OrderedCollection', 'Multikey', 'Tombstone'],
  'QuoteAuthorization',
])

/** An object says that it is nothing that we know, several things at once, or nothing at all. */
export type TypeProblem = 'unsupported-type' | 'mixed-types'

/**
 * The one type among `wanted` that an object has. Types that we do not know may stand beside it, but no second one
 * that we do know: readers would disagree about what the object is.
 */
export function soleType<T extends string>(
  node: Record<string, unknown>,
  wanted: readonly T[],
): { type: T } | { problem: TypeProblem } {
  const known = new Set(typesOf(node).filter((type) => deciding.has(type)))
  if (known.size > 1) return { problem: 'mixed-types' }
  const type = wanted.find((candidate) => known.has(candidate))
  return type === undefined ? { problem: 'unsupported-type' } : { type }
}

/** Whether an object has a type, and only such that we know nothing of. */
export function isOfForeignType(node: Record<string, unknown>): boolean {
  const types = typesOf(node)
  return types.length > 0 && types.every((type) => !deciding.has(type))
}
