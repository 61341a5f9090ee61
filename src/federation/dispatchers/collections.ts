import type { Federation } from '@fedify/fedify'
import { Announce, Create } from '@fedify/vocab'
import type { DocumentLoader } from '@fedify/vocab-runtime'
import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { hidesCollections } from '../../domain/accounts/hides-collections.ts'
import { isBoost } from '../../domain/policy/visibility.ts'
import { viewLinkedStatuses, type LinkedView } from '../../domain/statuses/link-views.ts'
import { isId } from '../../lib/ids.ts'
import { findAccount, listActors, type Actor } from '../../store/actors.ts'
import { countFollows, listFollowPage } from '../../store/follows.ts'
import { countPosts } from '../../store/status-counts.ts'
import { listActorStatuses } from '../../store/statuses.ts'
import { noDocumentLoader } from '../loaders.ts'
import { writeAnnounce } from '../vocab/write-interaction.ts'
import { writeCreate } from '../vocab/write-note.ts'

const pageSize = 20

/** The cursor of the first page: every id is below it. */
const start = '9223372036854775807'

/** An actor's outbox, followers and following: https://www.w3.org/TR/activitypub/#actors */
export function describeCollections(federation: Federation<Context>, contextLoader: DocumentLoader): void {
  describeOutbox(federation, contextLoader)
  describeFollows(federation, 'followers')
  describeFollows(federation, 'following')
}

/** What anybody may see, newest first. Fedify must know each activity as its own class, whose bytes are ours. */
function describeOutbox(federation: Federation<Context>, contextLoader: DocumentLoader): void {
  const options = { contextLoader, documentLoader: noDocumentLoader }
  federation
    .setOutboxDispatcher('/users/{identifier}/outbox', async ({ data: ctx }, identifier, cursor) => {
      const account = await findMember(ctx, identifier)
      if (account === undefined || cursor === null || !isId(cursor)) return null
      const statuses = await listActorStatuses(ctx.db, account.id, undefined, {
        before: cursor,
        limit: pageSize,
      })
      const views = await viewLinkedStatuses(ctx, statuses)
      const written = await Promise.all(views.map((view) => toActivity(ctx, view, options)))
      const items = written.flatMap((activity) => activity ?? [])
      return { items, nextCursor: nextCursor(statuses) }
    })
    .setFirstCursor(() => start)
    .setCounter(async ({ data: ctx }, identifier) => {
      const account = await findMember(ctx, identifier)
      return account === undefined ? null : countPosts(ctx.db, account.id)
    })
}

async function toActivity(
  { config }: Context,
  view: LinkedView,
  options: { contextLoader: DocumentLoader; documentLoader: DocumentLoader },
): Promise<Create | Announce | undefined> {
  if (!isBoost(view.status)) return Create.fromJsonLd(writeCreate(config, view), options)
  const announce = writeAnnounce(config, view)
  return announce && Announce.fromJsonLd(announce, options)
}

/** Who follows and is followed, page by page, newest first. */
function describeFollows(federation: Federation<Context>, side: 'followers' | 'following'): void {
  const count = async (ctx: Context, identifier: string): Promise<number | null> => {
    const account = await findMember(ctx, identifier)
    return account === undefined ? null : (await countFollows(ctx.db, account.id))[side]
  }
  if (side === 'followers') {
    federation
      .setFollowersDispatcher('/users/{identifier}/followers', async ({ data: ctx }, identifier, cursor) => {
        const page = await loadFollowPage(ctx, side, identifier, cursor)
        return page && { ...page, items: page.items.map((id) => ({ id, inboxId: null })) }
      })
      .setFirstCursor(({ data: ctx }, identifier) => firstFollows(ctx, identifier))
      .setCounter(({ data: ctx }, identifier) => count(ctx, identifier))
    return
  }
  federation
    .setFollowingDispatcher('/users/{identifier}/following', ({ data: ctx }, identifier, cursor) =>
      loadFollowPage(ctx, side, identifier, cursor),
    )
    .setFirstCursor(({ data: ctx }, identifier) => firstFollows(ctx, identifier))
    .setCounter(({ data: ctx }, identifier) => count(ctx, identifier))
}

/** Whoever hides whom they follow and who follows them tells how many they are, and no more. */
async function firstFollows(ctx: Context, identifier: string): Promise<string | null> {
  const account = await findMember(ctx, identifier)
  return account !== undefined && (await hidesCollections(ctx, account)) ? null : start
}

async function loadFollowPage(
  ctx: Context,
  side: 'followers' | 'following',
  identifier: string,
  cursor: string | null,
): Promise<{ items: URL[]; nextCursor: string | null } | null> {
  const account = await findMember(ctx, identifier)
  if (account === undefined) return null
  if (await hidesCollections(ctx, account)) return { items: [], nextCursor: null }
  if (cursor === null || !isId(cursor)) return null
  const rows = await listFollowPage(ctx.db, side, account.id, { before: cursor, limit: pageSize })
  const actors = new Map(
    (
      await listActors(
        ctx.db,
        rows.map((row) => row.actorId),
      )
    ).map((actor) => [actor.id, actor]),
  )
  const items = rows.flatMap((row) => {
    const actor = actors.get(row.actorId)
    return actor === undefined ? [] : [new URL(actorUri(ctx.config, actor))]
  })
  return { items, nextCursor: nextCursor(rows) }
}

function nextCursor(rows: readonly { id: string }[]): string | null {
  return rows.length < pageSize ? null : (rows.at(-1)?.id ?? null)
}

async function findMember(ctx: Context, identifier: string): Promise<Actor | undefined> {
  const account = await findAccount(ctx.db, identifier)
  return account?.type === 'Application' || account?.username !== identifier ? undefined : account
}
