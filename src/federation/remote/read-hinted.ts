import type { Context } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { receiveNote, receiveNoteUpdate } from '../../domain/statuses/receive-note.ts'
import type { Jobs } from '../../store/jobs.ts'

/**
 * Somebody passed on what somebody else said. What they passed on is not looked at: the post is asked for where it
 * comes from, and taken as its own server has it; one that was never changed is not made to look changed.
 */
export async function readHinted(
  ctx: Context,
  _jobId: string,
  { uri }: Jobs['object.hinted'],
): Promise<void> {
  if (canonicalHost(uri) === new URL(ctx.config.origin).host) return
  const note = await ctx.remote.fetchNote(uri)
  const author = note && (await ctx.remote.resolveActor(note.attributedTo))
  if (note === undefined || author === undefined || author.suspendedAt !== null) return
  const receive = note.updated === undefined ? receiveNote : receiveNoteUpdate
  await receive(ctx, { note, author, recipientId: null })
}
