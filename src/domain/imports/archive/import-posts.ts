import type { TxContext } from '../../../context.ts'
import type { Attachment } from '../../../db/json.ts'
import type { Visibility } from '../../../db/schema.ts'
import type { Actor } from '../../../store/actors.ts'
import { insertFeatured, listFeaturedIds, lockAccountRow } from '../../../store/featured.ts'
import {
  insertImportedPosts,
  listOwnByFormerUri,
  lockImportsOf,
  rememberFormerUris,
  type Claim,
} from '../../../store/imported-posts.ts'
import { attachMedia } from '../../../store/media.ts'
import { insertPolls, type NewPoll } from '../../../store/polls.ts'
import { linkWaitingStatuses } from '../../../store/status-links.ts'
import type { NoteDraft } from '../../drafts.ts'
import { featuredLimits } from '../../featured/limits.ts'
import { describeImportedPost, type Described } from './describe-imported-post.ts'

/** A post as its author had it on another server. */
export type PostToImport = {
  readonly note: NoteDraft
  readonly claim: Claim
  /** Addresses beside the id and the page of the note, by which it was known as well. */
  readonly formerUris?: readonly string[]
  /** Where something else than the note's addressees says for whom it was: the narrower of both counts. */
  readonly visibility?: Visibility
  /** What it carries, kept here or where it was. */
  readonly attachments: readonly Attachment[]
  readonly pinned?: boolean
}

/** `kept`: it was here already, be it that its author deleted it since. */
export type PostOutcome = 'added' | 'kept'

type Arrival = { readonly index: number; readonly post: PostToImport; described: Described }

/**
 * Takes in posts that their author brings from another server: at their dates, with nobody told, here or elsewhere.
 * What they answer is joined where it is a post of the same author that is here; what comes later is joined by
 * `joinImportedThreads`. Each former id gives one post, however often it comes. That the author wrote them, and which
 * claim they have to their addresses, is for the caller to know.
 * @returns what became of each, in their order
 */
export async function importPosts(
  tx: TxContext,
  account: Actor,
  posts: readonly PostToImport[],
): Promise<PostOutcome[]> {
  await lockImportsOf(tx.db, account.id)
  const named = posts.flatMap((post) => [...urisOf(post), ...refersTo(post)])
  const known = new Map(await listOwnByFormerUri(tx.db, account.id, [...new Set(named)]))
  const outcomes: PostOutcome[] = posts.map(() => 'kept')
  const arrivals: Arrival[] = []
  const found: { post: PostToImport; id: string }[] = []
  for (const [index, post] of posts.entries()) {
    const present = urisOf(post).map((uri) => known.get(uri))
    const id = present.find((each) => each !== undefined)
    if (id !== undefined) {
      found.push({ post, id })
      continue
    }
    const described = describeImportedPost(tx, account, post, known)
    for (const uri of urisOf(post)) known.set(uri, described.id)
    outcomes[index] = 'added'
    arrivals.push({ index, post, described })
  }
  await store(tx, account, arrivals)
  await remember(tx, found)
  return outcomes
}

async function store(tx: TxContext, account: Actor, arrivals: readonly Arrival[]): Promise<void> {
  if (arrivals.length === 0) return
  const rows = arrivals.map(({ described }) => described)
  const stored = await insertImportedPosts(tx.db, rows)
  // An id by date is made of chance as well; that it is taken happens, but hardly ever.
  if (stored.size < rows.length) throw new Error('The id of an imported post is taken.')
  await remember(
    tx,
    arrivals.map(({ post, described }) => ({ post, id: described.id })),
  )
  for (const { post, described } of arrivals) {
    const mediaIds = post.attachments.flatMap(({ mediaId }) => mediaId ?? [])
    await attachMedia(tx.db, mediaIds, described.id, tx.now())
  }
  await insertPolls(
    tx.db,
    arrivals.flatMap(({ post, described }) => describePoll(tx, described.id, post.note) ?? []),
  )
  await pin(tx, account, arrivals)
  await linkWaitingStatuses(
    tx.db,
    arrivals
      .filter(({ post }) => post.claim === 'proven')
      .flatMap(({ post, described }) => urisOf(post).map((uri) => ({ id: described.id, uri }))),
  )
}

function remember(tx: TxContext, posts: readonly { post: PostToImport; id: string }[]): Promise<void> {
  return rememberFormerUris(
    tx.db,
    posts.flatMap(({ post, id }) => urisOf(post).map((uri) => ({ uri, postId: id, claim: post.claim }))),
  )
}

function urisOf({ note, formerUris = [] }: PostToImport): string[] {
  return [...new Set([note.id, ...(note.url === undefined ? [] : [note.url]), ...formerUris])]
}

function refersTo({ note }: PostToImport): string[] {
  return [note.inReplyTo, note.quoteUri].filter((uri) => uri !== undefined)
}

/** With the votes that it got; nobody can vote any more. */
function describePoll({ now }: TxContext, statusId: string, note: NoteDraft): NewPoll | undefined {
  if (note.type !== 'Question' || note.poll === undefined) return undefined
  const { multiple, options, votersCount, endTime } = note.poll
  const hasEnded = endTime !== undefined && endTime <= now()
  return {
    statusId,
    multiple,
    options: options.map(({ name }) => name),
    votes: options.map(({ votes }) => String(votes)),
    voters: votersCount === undefined ? null : String(votersCount),
    endsAt: endTime ?? null,
    closedAt: hasEnded ? endTime : now(),
  }
}

/** As many as there is room for beside what is pinned. */
async function pin(tx: TxContext, account: Actor, arrivals: readonly Arrival[]): Promise<void> {
  const wanted = arrivals.filter(({ post, described }) => post.pinned && described.visibility !== 'direct')
  if (wanted.length === 0) return
  await lockAccountRow(tx.db, account.id)
  const room = featuredLimits.pins - (await listFeaturedIds(tx.db, account.id, featuredLimits.pins)).length
  for (const { described } of wanted.slice(0, Math.max(room, 0)))
    await insertFeatured(tx.db, account.id, described.id, new Date(described.createdAt))
}
