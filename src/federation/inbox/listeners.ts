import type { ActivityType } from '../../domain/drafts.ts'
import { onAccept } from './accept.ts'
import { onAdd } from './add.ts'
import { onAnnounce } from './announce.ts'
import { onBlock } from './block.ts'
import { onCreate } from './create.ts'
import { onDelete } from './delete.ts'
import { onDislike } from './dislike.ts'
import { onEmojiReact } from './emoji-react.ts'
import { onFlag } from './flag.ts'
import { onFollow } from './follow.ts'
import { onLike } from './like.ts'
import { orFromRelay } from './from-relay.ts'
import type { Listener } from './listener.ts'
import { onMove } from './move.ts'
import { onQuoteRequest } from './quote-request.ts'
import { onReject } from './reject.ts'
import { onRemove } from './remove.ts'
import { onUndo } from './undo.ts'
import { onUpdate } from './update.ts'

/** Everything that may arrive and mean something. Whatever is not here was accepted and has no effect. */
export const listeners: { readonly [Type in ActivityType]?: Listener } = {
  Accept: orFromRelay(onAccept),
  Add: onAdd,
  Announce: orFromRelay(onAnnounce),
  Block: onBlock,
  Create: onCreate,
  Delete: onDelete,
  Dislike: onDislike,
  EmojiReact: onEmojiReact,
  Flag: onFlag,
  Follow: orFromRelay(onFollow),
  Like: onLike,
  Move: onMove,
  QuoteRequest: onQuoteRequest,
  Reject: orFromRelay(onReject),
  Remove: onRemove,
  Undo: onUndo,
  Update: onUpdate,
}
