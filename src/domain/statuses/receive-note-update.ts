import { isDeepStrictEqual } from 'node:util'
import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findPoll } from '../../store/polls.ts'
import { wantWords } from '../../store/status-words.ts'
import { lockRemoteStatus, updateRemoteStatus, type Status } from '../../store/statuses.ts'
import { publishStatuses } from '../../store/stream-events.ts'
import type { NoteDraft } from '../drafts.ts'
import { noteLinkAnew } from '../links/note-links.ts'
import { remoteLinking } from '../links/remote-linking.ts'
import { asksAsBefore, keepPollVersion } from '../polls/keep-remote-poll.ts'
import { meetQuotes, quoteColumns } from '../quotes/receive-quote.ts'
import { describeNote, nameActors, toColumns, type NoteDescription } from './describe-note.ts'
import { keepVersion } from './keep-version.ts'
import { receiveNote, type NoteReception, type ReceivedNote } from './receive-note.ts'
import { notifyOfEdit } from '../notifications/notify.ts'

/**
 * An author says it otherwise. Only its author may; an older version than ours changes nothing; whom it is for
 * never changes. What was said before is kept where something else is said; new counts of a poll are no other version.
 */
export async function receiveNoteUpdate(
  ctx: Context,
  received: ReceivedNote,
): Promise<'updated' | 'outdated' | NoteReception> {
  const { note, author } = received
  return transact(ctx, async (tx) => {
    const known = await lockRemoteStatus(tx.db, note.id)
    if (known === undefined) return receiveNote(tx, received)
    if (known.actorId !== author.id || known.boostOfId !== null) return 'ignored'
    if (isOlder(note, known)) return 'outdated'
    await replaceVersion(tx, known, received)
    return 'updated'
  })
}

/** Where a server does not say when a note was first said, we only know when it came. */
function isOlder(note: NoteDraft, known: Status): boolean {
  const since = known.editedAt ?? (note.published === undefined ? null : known.createdAt)
  return note.updated !== undefined && since !== null && note.updated < since
}

async function replaceVersion(tx: TxContext, known: Status, { note, author }: ReceivedNote): Promise<void> {
  const poll = await findPoll(tx.db, known.id)
  const description = describeNote(note)
  const isOther = !saysTheSame(known, description) || !asksAsBefore(note, poll)
  if (isOther) await keepVersion(tx, known, poll)
  await keepPollVersion(tx, known.id, note)
  const quote = await quoteColumns(tx, note, author, known)
  await updateRemoteStatus(tx.db, known.id, {
    ...toColumns(description),
    ...quote,
    mentions: JSON.stringify(await nameActors(tx, note)),
    editedAt: note.updated ?? (isOther ? tx.now() : known.editedAt),
    fetchedAt: tx.now(),
  })
  await noteLinkAnew(tx, remoteLinking(note, { ...description, ...quote, id: known.id }))
  publishStatuses(tx.db, 'status.update', [known.id])
  if (isOther) await notifyOfEdit(tx, known)
  if (isOther && known.visibility === 'public') await wantWords(tx.db, known.id)
  await meetQuotes(tx, [{ id: known.id, uri: note.id, ...quote }])
}

/** What makes a version another one. */
const telling = ['title', 'summary', 'sensitive', 'content', 'attachments'] as const

function saysTheSame(known: Status, description: NoteDescription): boolean {
  return telling.every((part) => isDeepStrictEqual(known[part], description[part]))
}
