import type { Context } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { claimRepliesOf } from '../../store/threads.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { receiveNotes } from '../statuses/receive-note.ts'
import { onHostOf } from './complete-thread.ts'
import { fetchPost, type FetchedPost, type PostAnswer } from './fetch-post.ts'
import { threadLimits } from './limits.ts'
import type { CollectionPlace, PostPlace, ThreadReading } from '../../store/thread-reading.ts'
import type { Turn } from './read-thread.ts'

type Asked = { readonly place: PostPlace; readonly answer: PostAnswer }

/** Each may take two requests: for the post, and for an author who is not known yet. */
export async function keepPosts(ctx: Context, reading: ThreadReading, left: number): Promise<Turn> {
  const size = Math.min(Math.floor(left / 2), reading.postsLeft)
  const batch = reading.posts.slice(0, size)
  const isSilent = ({ uri }: PostPlace) => reading.silent.includes(canonicalHost(uri) ?? '')
  const asked = await Promise.all(
    batch
      .filter((place) => !isSilent(place))
      .map(async (place): Promise<Asked> => ({ place, answer: await fetchPost(ctx, place.uri) })),
  )
  const rest: ThreadReading = { ...reading, posts: reading.posts.slice(size) }
  const kept = await keep(ctx, rest, asked)
  const deeper = rest.isFlat ? [] : await claimPlaces(ctx, kept)
  const silent = asked.flatMap(({ place, answer }) =>
    answer.absence === 'unavailable' ? (canonicalHost(place.uri) ?? []) : [],
  )
  const isMissing = asked.some(({ answer }) => answer.absence === 'unavailable' || answer.absence === 'later')
  return {
    requests: asked.reduce((sum, { answer }) => sum + answer.requests, 0),
    rest: {
      ...rest,
      postsLeft: rest.postsLeft - asked.length,
      collections: [...rest.collections, ...deeper].slice(0, rest.collectionsLeft),
      silent: [...new Set([...rest.silent, ...silent])],
      isMissing: rest.isMissing || isMissing || batch.some(isSilent),
    },
  }
}

type Kept = { readonly post: FetchedPost; readonly depth: number }

/** Only what answers something in hand is part of a thread: a collection may list anything. */
async function keep(ctx: Context, reading: ThreadReading, asked: readonly Asked[]): Promise<Kept[]> {
  const fetched = asked.flatMap(({ place, answer: { post } }) => (post ? { post, depth: place.depth } : []))
  const coming = new Set([...reading.posts.map(({ uri }) => uri), ...fetched.map(({ post }) => post.note.id)])
  const answers = await Promise.all(
    fetched.map(async (each) => {
      const { inReplyTo } = each.post.note
      if (inReplyTo === undefined || inReplyTo === each.post.note.id) return []
      return coming.has(inReplyTo) || (await findStatusIdByUri(ctx, inReplyTo)) !== undefined ? each : []
    }),
  )
  const parts = answers.flat()
  const receptions = await receiveNotes(
    ctx,
    parts.map(({ post }) => ({ ...post, recipientId: null, wanted: true })),
  )
  return parts.filter((_, index) => receptions[index] === 'stored')
}

/** Where what was kept says that its own answers are listed. */
async function claimPlaces(ctx: Context, kept: readonly Kept[]): Promise<CollectionPlace[]> {
  const worth = kept.filter(
    ({ post: { note }, depth }) =>
      depth < threadLimits.depth && note.repliesUri !== undefined && onHostOf(note.repliesUri, note.id),
  )
  const depths = new Map(worth.map(({ post, depth }) => [post.note.repliesUri, depth]))
  const uris = worth.map(({ post }) => post.note.id)
  const places = await claimRepliesOf(ctx.db, uris, new Date(0), ctx.now())
  return places.map((uri) => ({ uri, depth: depths.get(uri) ?? threadLimits.depth }))
}
