import type { ActivityType } from '../../domain/drafts.ts'
import { onAccept } from './accept.ts'
import { onBlock } from './block.ts'
import { onCreate } from './create.ts'
import { onDelete } from './delete.ts'
import { onFollow } from './follow.ts'
import type { Listener } from './listener.ts'
import { onReject } from './reject.ts'
import { onUndo } from './undo.ts'
import { onUpdate } from './update.ts'

/** Everything that may arrive and mean something. Whatever is not here was accepted and has no effect. */
export const listeners: { readonly [Type in ActivityType]?: Listener } = {
  Accept: onAccept,
  Block: onBlock,
  Create: onCreate,
  Delete: onDelete,
  Follow: onFollow,
  Reject: onReject,
  Undo: onUndo,
  Update: onUpdate,
}
