import type { Context } from '../../context.ts'
import { listFeaturedIds } from '../../store/featured.ts'
import { listFilters } from '../../store/filters.ts'
import {
  listBookmarkRows,
  listFilteredRows,
  listFormerUris,
  listOwnPostIds,
  type StatusRow,
} from '../../store/kit-contents.ts'
import { listStatuses } from '../../store/statuses.ts'
import { statusUri } from '../accounts/addresses.ts'
import { viewLinkedStatuses, type LinkedView } from '../statuses/link-views.ts'
import { readPages } from './batch-items.ts'
import type { KitItem } from './kit-items.ts'

type Reader = Pick<Context, 'config' | 'db' | 'now' | 'documents'>

const postsAtOnce = 200
const mostPinned = 1000

/** Everything that an account said, of every visibility, as it is sent to others. */
export async function* collectPosts(ctx: Reader, accountId: string): AsyncGenerator<KitItem<'posts'>> {
  const pinned = new Set(await listFeaturedIds(ctx.db, accountId, mostPinned))
  for (let after = '0'; ;) {
    const ids = await listOwnPostIds(ctx.db, accountId, { after, limit: postsAtOnce })
    const last = ids.at(-1)
    if (last === undefined) return
    yield* await describePosts(ctx, ids, pinned)
    after = last
  }
}

async function describePosts(
  ctx: Reader,
  ids: readonly string[],
  pinned: ReadonlySet<string>,
): Promise<KitItem<'posts'>[]> {
  const [found, former] = await Promise.all([listStatuses(ctx.db, ids), listFormerUris(ctx.db, ids)])
  const byId = new Map(found.map((status) => [status.id, status]))
  const views = await viewLinkedStatuses(
    ctx,
    ids.flatMap((id) => byId.get(id) ?? []),
  )
  return views.flatMap(
    (view) => describePost(ctx, view, pinned.has(view.status.id), former.get(view.status.id) ?? []) ?? [],
  )
}

function describePost(
  { config, documents }: Reader,
  view: LinkedView,
  pinned: boolean,
  formerUris: readonly string[],
): KitItem<'posts'> | undefined {
  const activity = documents.activity(config, view)
  if (activity === undefined || view.status.deletedAt !== null) return undefined
  const { visibility } = view.status
  return { uri: view.uri, visibility, activity, pinned, former_uris: [...formerUris] }
}

export async function* collectBookmarks(
  ctx: Reader,
  accountId: string,
): AsyncGenerator<KitItem<'bookmarks'>> {
  for await (const row of readPages((page) => listBookmarkRows(ctx.db, accountId, page)))
    yield { uri: uriOf(ctx, row) }
}

export async function* collectFilters(ctx: Reader, accountId: string): AsyncGenerator<KitItem<'filters'>> {
  for (const filter of await listFilters(ctx.db, accountId)) {
    const hidden = await listFilteredRows(ctx.db, filter.id)
    yield {
      title: filter.title,
      contexts: filter.contexts,
      action: filter.action,
      expires_at: filter.expiresAt?.toISOString() ?? null,
      keywords: filter.keywords.map(({ keyword, wholeWord }) => ({ keyword, whole_word: wholeWord })),
      statuses: hidden.map((row) => uriOf(ctx, row)),
    }
  }
}

function uriOf({ config }: Reader, row: StatusRow): string {
  return statusUri(config, { id: row.statusId, uri: row.statusUri }, row)
}
