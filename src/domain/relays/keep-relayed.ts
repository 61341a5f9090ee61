import type { Context } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { receiveNote, type NoteReception } from '../statuses/receive-note.ts'

/**
 * A relay named a post: it is had from its own server and kept, though nobody here follows its author, if it is public
 * there.
 */
export async function keepRelayed(ctx: Context, uri: string): Promise<NoteReception> {
  if (canonicalHost(uri) === new URL(ctx.config.origin).host) return 'ignored'
  if ((await findStatusIdByUri(ctx, uri)) !== undefined) return 'known'
  const note = await ctx.remote.fetchNote(uri)
  if (note === undefined || note === 'gone' || note.visibility !== 'public') return 'ignored'
  const author = await ctx.remote.resolveActor(note.attributedTo, 'background')
  if (author === undefined || author.suspendedAt !== null || author.deletedAt !== null) return 'ignored'
  return receiveNote(ctx, { note, author, recipientId: null, wanted: true })
}
