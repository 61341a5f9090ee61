import type { ObjectRef } from '../../domain/drafts.ts'
import { digestOfActivity } from '../../domain/inbox/digest.ts'
import { forgetActivity, rememberActivities } from '../../store/inbox.ts'
import { readEmbeddedActivity } from '../vocab/read-activity.ts'
import type { Act, Listener, Received } from './listener.ts'
import { undoers, type Undoer, type UndoneActivity } from './undoers.ts'

/**
 * https://www.w3.org/TR/activitypub/#undo-activity-inbox
 * Most servers send the whole activity along, some only its id. What comes after its Undo counts as seen.
 */
export const onUndo: Listener = async (_ctx, { activity, actor }) => {
  const undone = readUndone(activity.object, actor)
  if (undone === undefined) return undefined
  const type = undone.activity?.type
  if (type === 'Follow') return undoFollow(undone, activity.id)
  if (type === undefined) return undoById(undone, activity.id)
  const undo = type === 'Unknown' ? undefined : undoers[type]
  return undo && undoOnce(undo, undone)
}

/** @returns undefined for what somebody else did: only whoever did it takes it back */
function readUndone({ id, embedded }: ObjectRef, by: Received['actor']): UndoneActivity | undefined {
  if (embedded === undefined) return { by, uri: id, activity: undefined }
  const read = readEmbeddedActivity(embedded)
  return read.ok && read.activity.actor === by.uri ? { by, uri: id, activity: read.activity } : undefined
}

function undoOnce(undo: Undoer, undone: UndoneActivity): Act {
  return async (tx) => {
    await undo(tx, undone)
    if (undone.uri !== undefined)
      await rememberActivities(tx.db, [digestOfActivity(undone.by.uri, undone.uri)])
  }
}

/**
 * Neither a Follow nor its Undo is remembered as seen: Misskey makes the id of the one from that of the other, and gives
 * each further Follow of the same actor, and so its Undo, the same id again.
 */
function undoFollow(undone: UndoneActivity, undoUri: string): Act {
  return async (tx) => {
    if (await undoers.Follow?.(tx, undone))
      await forgetActivity(tx.db, digestOfActivity(undone.by.uri, undoUri))
  }
}

function undoById(undone: UndoneActivity, undoUri: string): Act {
  const { Follow: _follow, ...others } = undoers
  const undoOther: Undoer = async (tx) => {
    for (const undo of Object.values(others)) if (await undo(tx, undone)) return true
    return false
  }
  return async (tx) => {
    const isFollow = await undoers.Follow?.(tx, undone)
    if (isFollow) await forgetActivity(tx.db, digestOfActivity(undone.by.uri, undoUri))
    else await undoOnce(undoOther, undone)(tx)
  }
}
