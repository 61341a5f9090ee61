import { asObject } from '../../lib/as-object.ts'
import { publicCollection } from '../vocab/write-contexts.ts'

type Json = Record<string, unknown>

const types: ReadonlySet<unknown> = new Set(['Create', 'Update', 'Delete', 'Announce', 'Move'])

/**
 * Whether an activity of ours gets a Linked Data Signature: what is public or unlisted, of the kinds that others pass
 * on. What is said to a few is not signed for everybody.
 */
export function mayBePassedOn(activity: Json): boolean {
  const { type, object } = activity
  if (types.has(type)) return isPublic(activity)
  const undone = type === 'Undo' ? asObject(object) : {}
  return undone['type'] === 'Announce' && (isPublic(activity) || isPublic(undone))
}

function isPublic({ to, cc }: Json): boolean {
  return [to, cc].flat().includes(publicCollection)
}
