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
  updateRemoteStatus,
  type NewRemoteStatus,
  type NoteStanding,
  type Status,
} from '../../store/statuses.ts'
import { findAccountByUri, findStatusIdByUri } from '../accounts/resolve-local.ts'
import type { NoteDraft } from '../drafts.ts'
import { toMention } from './name-mentions.ts'

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
  const rows = new Map<ReceivedNote, NewRemoteStatus>()
  for (const [index, one] of received.entries()) {
    const outcome = await judgeNote(ctx, one, standings[index]!)
    if (typeof outcome === 'string') receptions.set(one, outcome)
    else rows.set(one, toRow(ctx, one, outcome))
  }
  const stored = await insertRemoteStatuses(ctx.db, [...rows.values()])
  for (const [one, { id }] of rows) {
    receptions.set(one, stored.has(id) ? 'stored' : 'known')
    if (!stored.has(id)) await addRecipient(ctx, one)
  }
}

/** What a note refers to here. */
type Ties = { mentions: StatusMention[]; audience: string[]; inReplyToId: string | undefined }

async function judgeNote(
  ctx: TxContext,
  { note, author, recipientId, wanted }: ReceivedNote,
  { isBuried, isFollowed, isTagFollowed }: NoteStanding,
): Promise<Ties | 'buried' | 'ignored'> {
  if (isBuried) return 'buried'
  const mentions = await nameActors(ctx, note)
  const inReplyToId = note.inReplyTo === undefined ? undefined : await findStatusIdByUri(ctx, note.inReplyTo)
  const named = mentions.flatMap((mention) => mention.actorId ?? [])
  const audience = await keepWilling(ctx, author, recipientId === null ? named : [...named, recipientId])
  const isAwaited = isFollowed || isTagFollowed || wanted === true
  const isAnswer = inReplyToId !== undefined && !(await isBlockedByAuthor(ctx.db, inReplyToId, author.id))
  const concernsUs = audience.size > 0 || isAnswer || isAwaited
  return concernsUs ? { mentions, inReplyToId, audience: [...audience] } : 'ignored'
}

/** Who follows a tag follows what is public under it. */
function countingTags(note: NoteDraft): readonly string[] {
  return note.visibility === 'public' ? note.hashtags : []
}

/** The same note came once more, to one more of us. */
async function addRecipient({ db }: TxContext, { note, author, recipientId }: ReceivedNote): Promise<void> {
  if (recipientId === null || (await isBlocking(db, recipientId, author.id))) return
  await addToAudience(db, note.id, author.id, recipientId)
}

/** Those of us who do not block the author: whoever does is not spoken to. */
async function keepWilling({ db }: TxContext, author: Actor, ids: string[]): Promise<Set<string>> {
  const unwilling = await listBlocking(db, ids, author.id)
  return new Set(ids.filter((id) => !unwilling.has(id)))
}

function toRow(ctx: TxContext, { note, author }: ReceivedNote, ties: Ties): NewRemoteStatus {
  const createdAt = believableDate(ctx, note.published)
  return {
    ...describe(note),
    id: ctx.newId(createdAt),
    uri: note.id,
    url: note.url ?? null,
    actorId: author.id,
    visibility: note.visibility,
    audience: ties.audience,
    mentions: JSON.stringify(ties.mentions),
    inReplyToId: ties.inReplyToId ?? null,
    inReplyToUri: note.inReplyTo ?? null,
    createdAt,
    editedAt: note.updated ?? null,
    fetchedAt: ctx.now(),
  }
}

/**
 * An author says it otherwise. Only its author may; an older version than ours changes nothing; whom it is for
 * never changes.
 */
export async function receiveNoteUpdate(
  ctx: Context,
  received: ReceivedNote,
): Promise<'updated' | 'outdated' | NoteReception> {
  const { note, author } = received
  return transact(ctx, async (tx) => {
    const known = await findRemoteStatus(tx.db, note.id)
    if (known === undefined) return receiveNote(tx, received)
    if (known.actorId !== author.id) return 'ignored'
    if (isOlder(note, known)) return 'outdated'
    const mentions = JSON.stringify(await nameActors(tx, note))
    const editedAt = note.updated ?? tx.now()
    await updateRemoteStatus(tx.db, known.id, { ...describe(note), mentions, editedAt, fetchedAt: tx.now() })
    return 'updated'
  })
}

function isOlder(note: NoteDraft, known: Status): boolean {
  return note.updated !== undefined && known.editedAt !== null && note.updated < known.editedAt
}

/** The columns that a version of a note fills, the first as well as each later one. */
function describe(note: NoteDraft) {
  return {
    type: note.type,
    title: note.name ?? null,
    summary: note.summary ?? '',
    sensitive: note.sensitive,
    language: note.language ?? null,
    content: note.contentHtml,
    tags: note.hashtags,
    emojis: JSON.stringify(note.emojis.map(({ shortcode, url }) => ({ shortcode, url }))),
    attachments: JSON.stringify(note.attachments.map(describeAttachment)),
  }
}

function describeAttachment(attachment: NoteDraft['attachments'][number]) {
  return {
    url: attachment.url,
    mediaType: attachment.mediaType ?? `${attachment.type}/*`,
    description: attachment.description ?? null,
    width: attachment.width ?? null,
    height: attachment.height ?? null,
    blurhash: attachment.blurhash ?? null,
    focalPoint: attachment.focalPoint ?? null,
  }
}

/** Ours among those named or addressed; everybody else is kept as the link that they were named by. */
async function nameActors(ctx: TxContext, note: NoteDraft): Promise<StatusMention[]> {
  const { origin } = ctx.config
  const hrefs = new Set([...note.mentions.map((mention) => mention.href), ...note.to, ...note.cc])
  const ours = await Promise.all(
    [...hrefs].filter((href) => href.startsWith(`${origin}/`)).map((href) => findAccountByUri(ctx, href)),
  )
  const local = ours.flatMap((account) => (account === undefined ? [] : [toMention(account)]))
  const foreign = note.mentions
    .filter((mention) => !mention.href.startsWith(`${origin}/`))
    .map(toForeignMention)
  return [...local, ...foreign]
}

function toForeignMention(mention: NoteDraft['mentions'][number]): StatusMention {
  const [username = '', domain] = mention.name.replace(/^@/, '').split('@')
  const host = domain ?? URL.parse(mention.href)?.host ?? null
  return { actorId: null, username, domain: host, uri: mention.href, url: mention.href }
}

function believableDate(ctx: TxContext, published: Date | undefined): Date {
  const now = ctx.now()
  if (published === undefined || published.getTime() > now.getTime() + clockSkewMs) return now
  return published > now ? now : published
}
