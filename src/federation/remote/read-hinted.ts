import type { Context } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { isOpen } from '../../domain/policy/visibility.ts'
import { receiveNoteUpdate } from '../../domain/statuses/receive-note-update.ts'
import { receiveNote } from '../../domain/statuses/receive-note.ts'
import { receiveNoteDelete } from '../../domain/statuses/receive-note-delete.ts'
import { findActor } from '../../store/actors.ts'
import { findRemoteStatus } from '../../store/statuses.ts'
import type { Jobs } from '../../store/jobs.ts'

/**
 * Somebody passed on what somebody else said. What they passed on is not looked at: the post is asked for where it
 * comes from, and taken as its own server has it; one that was never changed is not made to look changed.
 */
export async function readHinted(ctx: Context, { uri }: Jobs['object.hinted']): Promise<void> {
  if (canonicalHost(uri) === new URL(ctx.config.origin).host) return
  const note = await ctx.remote.askNote(uri)
  if (note === 'gone' || note === 'missing') return bury(ctx, uri, note)
  if (typeof note === 'string') return
  const author = await ctx.remote.resolveActor(note.attributedTo)
  if (author === undefined || author.suspendedAt !== null || author.deletedAt !== null) return
  const receive = note.updated === undefined ? receiveNote : receiveNoteUpdate
  await receive(ctx, { note, author, recipientId: null })
}

/**
 * Its own server no longer has it, so neither do we: that is how a forwarded Delete takes effect. What is not for
 * everybody is not there for us, who ask as nobody in particular: only its server's plain word takes that away.
 */
async function bury(ctx: Context, uri: string, answer: 'gone' | 'missing'): Promise<void> {
  const known = await findRemoteStatus(ctx.db, uri)
  if (known === undefined) return
  const by = isOpen(known) || answer === 'gone' ? await findActor(ctx.db, known.actorId) : undefined
  if (by !== undefined && by.uri !== null) await receiveNoteDelete(ctx, { uri, by: { ...by, uri: by.uri } })
}
