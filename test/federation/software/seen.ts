import { findAccountByUri } from '../../../src/domain/accounts/resolve-local.ts'
import { viewLinkedStatuses } from '../../../src/domain/statuses/link-views.ts'
import type { Context } from '../../../src/context.ts'
import { htmlToText } from '../../../src/lib/html-to-text.ts'
import { findRemoteActor } from '../../../src/store/actors.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'

/** What somebody who reads it here would see of a status elsewhere; null when there is nothing. */
export async function seeStatus(ctx: Context, uri: string) {
  const status = await findRemoteStatus(ctx.db, uri)
  const [view] = status === undefined ? [] : await viewLinkedStatuses(ctx, [status])
  if (status === undefined || view === undefined) return null
  return {
    type: status.type,
    title: status.title,
    text: htmlToText(view.contentHtml),
    html: view.contentHtml,
    summary: status.summary,
    sensitive: status.sensitive,
    visibility: status.visibility,
    language: status.language,
    url: view.url,
    author: view.author.uri,
    inReplyTo: view.inReplyToUri,
    quote: view.quote?.uri ?? null,
    tags: status.tags,
    emojis: status.emojis.map(({ shortcode }) => shortcode),
    mentions: view.mentions.map((mention) => mention.uri),
    attachments: status.attachments,
    policy: status.interactionPolicy,
    poll: view.poll,
    edited: status.editedAt !== null,
    versions: 1 + (await countRows(ctx, 'statusEdits', 'statusId', status.id)),
    featured: (await countRows(ctx, 'featuredStatuses', 'statusId', status.id)) > 0,
    boostedBy: await listBoosters(ctx, status.id),
  }
}

/** How a post of ours stands with everybody. */
export async function seeOwnPost(ctx: Context, id: string) {
  const reactions = await ctx.db.selectFrom('reactions').select('name').where('statusId', '=', id).execute()
  const replies = await ctx.db
    .selectFrom('statuses')
    .select('id')
    .where('inReplyToId', '=', id)
    .where('deletedAt', 'is', null)
    .execute()
  return {
    likes: await countRows(ctx, 'likes', 'statusId', id),
    boosts: (await listBoosters(ctx, id)).length,
    replies: replies.length,
    reactions: Object.fromEntries(
      Object.entries(Object.groupBy(reactions, ({ name }) => name)).map(([name, all]) => [name, all?.length]),
    ),
  }
}

export async function seeFollowers(ctx: Context, accountUri: string): Promise<(string | null)[]> {
  const account = await findAccountByUri(ctx, accountUri)
  const rows = await ctx.db
    .selectFrom('follows')
    .select('followerUri')
    .where('targetId', '=', account?.id ?? '')
    .where('state', '=', 'accepted')
    .execute()
  return rows.map(({ followerUri }) => followerUri)
}

export async function seeReports(ctx: Context) {
  const rows = await ctx.db.selectFrom('reports').select(['comment', 'statusIds']).execute()
  return rows.map(({ comment, statusIds }) => ({ comment, statuses: statusIds.length }))
}

export async function seeProfile(ctx: Context, uri: string) {
  return findRemoteActor(ctx.db, uri)
}

export async function seesBlock(ctx: Context, byUri: string, accountUri: string): Promise<boolean> {
  const [by, account] = [await findRemoteActor(ctx.db, byUri), await findAccountByUri(ctx, accountUri)]
  const rows = await ctx.db
    .selectFrom('blocks')
    .select('id')
    .where('actorId', '=', by?.id ?? '')
    .where('targetId', '=', account?.id ?? '')
    .execute()
  return rows.length > 0
}

async function listBoosters(ctx: Context, statusId: string): Promise<(string | null)[]> {
  const rows = await ctx.db
    .selectFrom('statuses as s')
    .innerJoin('actors as a', 'a.id', 's.actorId')
    .select('a.uri')
    .where('s.boostOfId', '=', statusId)
    .where('s.deletedAt', 'is', null)
    .execute()
  return rows.map(({ uri }) => uri)
}

async function countRows(
  ctx: Context,
  table: 'likes' | 'statusEdits' | 'featuredStatuses',
  column: 'statusId',
  id: string,
): Promise<number> {
  const rows = await ctx.db.selectFrom(table).select(column).where(column, '=', id).execute()
  return rows.length
}
