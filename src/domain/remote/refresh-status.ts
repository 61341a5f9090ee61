import type { Context } from '../../context.ts'
import { findActor } from '../../store/actors.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { isBoost } from '../policy/visibility.ts'
import { receiveNoteDelete } from '../statuses/receive-note-delete.ts'
import { receiveNoteUpdate } from '../statuses/receive-note-update.ts'

/** What another server's post says is believed for so long. */
const statusFreshMs = 24 * 3600_000

/**
 * A status as its own server has it now, asked again when what we know is a day old. What was known stays when the
 * server does not answer or has something else there; only its own word (410, or a tombstone) takes a post away.
 * @returns undefined when there is none, or no more
 */
export async function refreshStatus(ctx: Context, id: string): Promise<Status | undefined> {
  const known = await findStatus(ctx.db, id)
  if (known === undefined || known.deletedAt !== null) return undefined
  return known.isLocal || isBoost(known) || isFresh(ctx, known) ? known : askAgain(ctx, known)
}

async function askAgain(ctx: Context, known: Status): Promise<Status | undefined> {
  const author = await findActor(ctx.db, known.actorId)
  const { uri } = known
  if (uri === null || author === undefined || author.uri === null) return known
  const note = await ctx.remote.askNote(uri, 'seldom')
  if (note === 'gone') {
    await receiveNoteDelete(ctx, { uri, by: { ...author, uri: author.uri } })
    return undefined
  }
  if (typeof note === 'string' || note.id !== uri || note.attributedTo !== author.uri) return known
  await receiveNoteUpdate(ctx, { note, author, recipientId: null })
  return findStatus(ctx.db, known.id)
}

function isFresh(ctx: Context, { fetchedAt }: Status): boolean {
  return fetchedAt !== null && ctx.now().getTime() - fetchedAt.getTime() < statusFreshMs
}
