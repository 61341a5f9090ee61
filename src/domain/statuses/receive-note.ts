import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { StatusMention } from '../../db/json.ts'
import type { Actor } from '../../store/actors.ts'
import { isBlockedByAuthor, isBlocking, listBlocking } from '../../store/blocks.ts'
import {
  addToAudience,
  findRemoteStatus,
  insertRemoteStatuses,
  listNoteStandings,
  type NewRemoteStatus,
  type NoteStanding,
} from '../../store/statuses.ts'
import type { QuoteColumns } from '../../store/quotes.ts'
import { linkWaitingStatuses } from '../../store/status-links.ts'
import { publishStatuses } from '../../store/stream-events.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { noteConversations } from '../conversations/note-conversations.ts'
import type { NoteDraft } from '../drafts.ts'
import { noteLinks } from '../links/note-links.ts'
import { remoteLinking } from '../links/remote-linking.ts'
import { keepNewPolls } from '../polls/keep-remote-poll.ts'
import { isVote } from '../polls/receive-vote.ts'
import { meetQuotes, quoteColumns, quotesOurs } from '../quotes/receive-quote.ts'
import { noticeOrphans } from '../threads/notice-orphans.ts'
import { describeNote, nameActors, toColumns } from './describe-note.ts'
import { isLive } from './is-live.ts'
import { notifyOfStatuses } from '../notifications/notify.ts'

export type ReceivedNote = {
  readonly note: NoteDraft
  readonly author: Actor
  /** The account whose own inbox it came to, if it was not the shared one. */
  readonly recipientId: string | null
  /** Somebody here asked for it (the rest of a thread, what was boosted or quoted): kept whomever it concerns. */
  readonly wanted?: boolean
}

/** How far ahead of ours another server's clock may be before its date is not believed. */
const clockSkewMs = 10 * 60_000

/** `known` when we have it, `buried` when it was taken back already, `ignored` when it is not for us. */
export type NoteReception = 'stored' | 'known' | 'buried' | 'ignored'

/**
 * Somebody elsewhere said something. It is kept when it concerns us: its author or a tag of it is followed from here,
 * it names one of us, answers something that we have, or came to somebody's own inbox. With those who block its author it
 * has nothing to do.
 */
export async function receiveNote(ctx: Context, received: ReceivedNote): Promise<NoteReception> {
  const [reception] = await receiveNotes(ctx, [received])
  return reception!
}

/**
 * The same for notes that came together: nearly everything that arrives is a note, and so many cost little more than
 * one. Those that answer another of them are taken after it.
 * @returns what became of each, in their order
 */
export async function receiveNotes(
  ctx: Context,
  received: readonly ReceivedNote[],
): Promise<NoteReception[]> {
  const arriving = new Set(received.map(({ note }) => note.id))
  const isAnswer = ({ note }: ReceivedNote) => note.inReplyTo !== undefined && arriving.has(note.inReplyTo)
  const receptions = new Map<ReceivedNote, NoteReception>()
  await transact(ctx, async (tx) => {
    await receiveTogether(
      tx,
      received.filter((one) => !isAnswer(one)),
      receptions,
    )
    for (const answer of received.filter(isAnswer)) await receiveTogether(tx, [answer], receptions)
  })
  return received.map((one) => receptions.get(one)!)
}

async function receiveTogether(
  ctx: TxContext,
  received: readonly ReceivedNote[],
  receptions: Map<ReceivedNote, NoteReception>,
): Promise<void> {
  if (received.length === 0) return
  const standings = await listNoteStandings(
    ctx.db,
    received.map(({ note, author }) => ({ uri: note.id, author, tags: countingTags(note) })),
  )
  const rows = new Map<ReceivedNote, NewRow>()
  const told = new Set<ReceivedNote>()
  for (const [index, one] of received.entries()) {
    const outcome = await judgeNote(ctx, one, standings[index]!)
    if (typeof outcome === 'string') receptions.set(one, outcome)
    else rows.set(one, toRow(ctx, one, outcome))
    if (standings[index]!.isNotified) told.add(one)
  }
  const stored = await insertRemoteStatuses(ctx.db, [...rows.values()])
  for (const [one, { id }] of rows) {
    receptions.set(one, stored.has(id) ? 'stored' : 'known')
    if (!stored.has(id)) await addRecipient(ctx, one)
  }
  await settleIn(
    ctx,
    [...rows].filter(([, { id }]) => stored.has(id)),
    told,
  )
}

type NewRow = NewRemoteStatus & QuoteColumns & { uri: string }

/**
 * What follows when statuses are here that were not before.
 * @param told of those by authors of whom somebody here wants to be told
 */
async function settleIn(
  ctx: TxContext,
  arrived: readonly [ReceivedNote, NewRow][],
  told: ReadonlySet<ReceivedNote>,
): Promise<void> {
  await keepNewPolls(
    ctx,
    arrived.map(([{ note }, { id }]) => ({ statusId: id, note })),
  )
  const quotingThem = await linkWaitingStatuses(
    ctx.db,
    arrived.map(([, row]) => row),
  )
  await noticeOrphans(
    ctx,
    arrived.flatMap(([{ wanted }, row]) => (wanted === true ? [] : row)),
  )
  await noteLinks(
    ctx,
    arrived.map(([{ note }, row]) => remoteLinking(note, row)),
  )
  const live = arrived.filter(([, { createdAt }]) => isLive(ctx, createdAt)).map(([, { id }]) => id)
  publishStatuses(ctx.db, 'update', live)
  await notifyOfStatuses(
    ctx,
    arrived
      .filter((one) => isNews(ctx, one) && (told.has(one[0]) || namesUs(one[1])))
      .map(([, { id }]) => id),
  )
  await meetQuotes(ctx, [...arrived.map(([, row]) => row), ...quotingThem])
  await noteConversations(
    ctx,
    arrived.flatMap(([, { id, visibility }]) => (visibility === 'direct' ? id : [])),
  )
}

/** Most of what arrives is news for nobody in particular, and costs nothing here. */
function namesUs({ audience, quoteOfId }: NewRow): boolean {
  return (audience?.length ?? 0) > 0 || quoteOfId != null
}

/** What is fetched for its thread is told of while it is young. */
function isNews({ now }: TxContext, [{ wanted }, { createdAt }]: [ReceivedNote, NewRow]): boolean {
  return wanted !== true || now().getTime() - new Date(createdAt).getTime() < 24 * 60 * 60_000
}

/** What a note refers to here. */
type Ties = {
  mentions: StatusMention[]
  audience: string[]
  inReplyToId: string | undefined
  quote: QuoteColumns
}

async function judgeNote(
  ctx: TxContext,
  { note, author, recipientId, wanted }: ReceivedNote,
  { isBuried, isFollowed, isTagFollowed }: NoteStanding,
): Promise<Ties | 'buried' | 'ignored'> {
  if (isBuried) return 'buried'
  if (await isVote(ctx, note)) return 'ignored'
  const mentions = await nameActors(ctx, note)
  const inReplyToId = await findAnswered(ctx, note)
  const named = mentions.flatMap((mention) => mention.actorId ?? [])
  const audience = await keepWilling(ctx, author, recipientId === null ? named : [...named, recipientId])
  const isAwaited = isFollowed || isTagFollowed || wanted === true || (await quotesOurs(ctx, note, author))
  const isAnswer = inReplyToId !== undefined && !(await isBlockedByAuthor(ctx.db, inReplyToId, author.id))
  const concernsUs = audience.size > 0 || isAnswer || isAwaited
  if (!concernsUs) return 'ignored'
  const quote = await quoteColumns(ctx, note, author)
  return { mentions, inReplyToId, quote, audience: [...audience] }
}

/** What a note answers, if we have it. None answers itself. */
async function findAnswered(ctx: TxContext, { id, inReplyTo }: NoteDraft): Promise<string | undefined> {
  return inReplyTo === undefined || inReplyTo === id ? undefined : findStatusIdByUri(ctx, inReplyTo)
}

/** Who follows a tag follows what is public under it. */
function countingTags(note: NoteDraft): readonly string[] {
  return note.visibility === 'public' ? note.hashtags : []
}

/** The same note came once more, to one more of us. */
async function addRecipient(ctx: TxContext, { note, author, recipientId }: ReceivedNote): Promise<void> {
  const { db } = ctx
  if (recipientId === null || (await isBlocking(db, recipientId, author.id))) return
  await addToAudience(db, note.id, author.id, recipientId)
  if (note.visibility !== 'direct') return
  const status = await findRemoteStatus(db, note.id)
  if (status?.actorId === author.id) await noteConversations(ctx, [status.id], [recipientId])
}

/** Those of us who do not block the author: whoever does is not spoken to. */
async function keepWilling({ db }: TxContext, author: Actor, ids: string[]): Promise<Set<string>> {
  const unwilling = await listBlocking(db, ids, author.id)
  return new Set(ids.filter((id) => !unwilling.has(id)))
}

function toRow(ctx: TxContext, { note, author }: ReceivedNote, ties: Ties): NewRow {
  const createdAt = believableDate(ctx, note.published)
  const wasEdited = note.updated !== undefined && note.updated.getTime() !== note.published?.getTime()
  return {
    ...toColumns(describeNote(note)),
    id: ctx.newId(createdAt),
    uri: note.id,
    url: note.url ?? null,
    actorId: author.id,
    visibility: note.visibility,
    audience: ties.audience,
    mentions: JSON.stringify(ties.mentions),
    inReplyToId: ties.inReplyToId ?? null,
    inReplyToUri: note.inReplyTo ?? null,
    ...ties.quote,
    contextUri: note.context ?? null,
    repliesUri: note.repliesUri ?? null,
    createdAt,
    editedAt: wasEdited ? (note.updated ?? null) : null,
    fetchedAt: ctx.now(),
  }
}

function believableDate(ctx: TxContext, published: Date | undefined): Date {
  const now = ctx.now()
  if (published === undefined || published.getTime() > now.getTime() + clockSkewMs) return now
  return published > now ? now : published
}
