import type { Request, Response } from 'express'
import { sql } from 'kysely'
import { listAccountStatuses } from '../../src/api/accounts/list-account-statuses.ts'
import { showNotifications } from '../../src/api/notifications/list-notifications.ts'
import { showGroups } from '../../src/api/notifications/show-groups.ts'
import { Answer, type Call } from '../../src/api/route.ts'
import { search } from '../../src/api/search/search.ts'
import { listOwnBookmarks, listOwnFavourites } from '../../src/api/statuses/list-kept.ts'
import { showContext } from '../../src/api/statuses/show-context.ts'
import { showHome, showList, showPublic, showTag } from '../../src/api/timelines/show-timelines.ts'
import type { Context, Db } from '../../src/context.ts'
import type { Actor } from '../../src/store/actors.ts'
import { createMember } from './people.ts'
import {
  analyzeCrowd,
  followCrowd,
  involveCrowd,
  nthStatus,
  seedCrowd,
  seedDoings,
  seedPosts,
  type CrowdSizes,
} from './crowd.ts'

/**
 * `quiet` follows three who said little and long ago, `some` follow five hundred, `busy` follows many evenly, `asleep`
 * as many who say nothing any more.
 */
export type CrowdReaders = Readonly<Record<'quiet' | 'some' | 'busy' | 'asleep', Actor>>

const crowdListId = '1'

/** People, what they said, and those here who read it. */
export async function createCrowd(ctx: Context, sizes: CrowdSizes): Promise<CrowdReaders> {
  const { db } = ctx
  const readers = {
    quiet: await createMember(ctx, 'quiet'),
    some: await createMember(ctx, 'some'),
    busy: await createMember(ctx, 'busy'),
    asleep: await createMember(ctx, 'asleep'),
  }
  await seedCrowd(db, sizes)
  const ids = Object.values(readers).map(({ id }) => id)
  await seedPosts(db, ids, sizes, Math.floor(sizes.statuses / 10))
  await seedDoings(db, readers.some.id, sizes)
  await followAll(db, sizes, readers)
  await involveCrowd(db, readers.busy.id, sizes, Math.floor(sizes.statuses / 10))
  await analyzeCrowd(db)
  return readers
}

async function followAll(db: Db, { people, follows }: CrowdSizes, readers: CrowdReaders): Promise<void> {
  const silent = Math.floor(people / 10)
  const among = (many: number) => Math.max(1, Math.floor((people - silent) / many))
  await followCrowd(db, readers.quiet.id, sql`generate_series(1, 3)`)
  await followCrowd(
    db,
    readers.some.id,
    sql`generate_series(${silent + 1}::int, ${people}::int, ${among(500)}::int)`,
  )
  await followCrowd(
    db,
    readers.busy.id,
    sql`generate_series(${silent + 1}::int, ${people}::int, ${among(follows)}::int)`,
  )
  await followCrowd(db, readers.asleep.id, sql`generate_series(1, ${Math.min(follows, silent)}::int)`)
  await sql`insert into lists (id, account_id, title)
    values (${crowdListId}::bigint, ${readers.busy.id}::bigint, 'list')`.execute(db)
  await sql`insert into list_members (list_id, target_id)
    select ${crowdListId}::bigint, n from generate_series(${silent + 1}::int, ${silent + 500}::int) n`.execute(
    db,
  )
}

type Asked = { readonly input?: Record<string, unknown>; readonly params?: Record<string, string> }
type Handle = (ctx: Context, call: Call<Actor>) => Promise<unknown>

/** What an app asks for, by the names of what is measured: the handlers themselves, with all that they present. */
export function crowdCalls(
  ctx: Context,
  { statuses, people }: CrowdSizes,
  { quiet, some, busy, asleep }: CrowdReaders,
): Readonly<Record<string, () => Promise<unknown>>> {
  const ask =
    (handle: Handle, viewer: Actor | undefined, { input = {}, params = {} }: Asked = {}) =>
    () =>
      call(ctx, handle, viewer, input, params)
  const middle = nthStatus(Math.floor(statuses / 2))
  return {
    'home, 3 quiet follows': ask(showHome, quiet),
    'home, 500 follows': ask(showHome, some),
    'home, 10,000 follows': ask(showHome, busy),
    'home, 10,000 follows, far back': ask(showHome, busy, { input: { max_id: middle } }),
    'home, 10,000 silent follows': ask(showHome, asleep),
    'list of 500': ask(showList, busy, { params: { list_id: crowdListId } }),
    public: ask(showPublic, busy),
    'public, of here': ask(showPublic, busy, { input: { local: 'true' } }),
    'public, with media, of nobody': ask(showPublic, undefined, { input: { only_media: 'true' } }),
    'tag, frequent': ask(showTag, busy, { params: { hashtag: 'often' } }),
    'tag, rare': ask(showTag, busy, { params: { hashtag: 'seldom' } }),
    account: ask(listAccountStatuses, busy, { params: { id: String(Math.floor(people / 2)) } }),
    'account, without replies': ask(listAccountStatuses, busy, {
      params: { id: quiet.id },
      input: { exclude_replies: 'true' },
    }),
    thread: ask(showContext, busy, { params: { id: nthStatus(statuses - 3) } }),
    notifications: ask(showNotifications, busy, { input: { limit: '20' } }),
    'notifications, grouped': ask(showGroups, busy, { input: { limit: '20' } }),
    bookmarks: ask(listOwnBookmarks, busy),
    favourites: ask(listOwnFavourites, busy),
    search: ask(search, quiet, { input: { q: 'needle', type: 'statuses' } }),
  }
}

/** @returns the body of the answer */
async function call(
  ctx: Context,
  handle: Handle,
  viewer: Actor | undefined,
  input: Record<string, unknown>,
  params: Record<string, string>,
): Promise<unknown> {
  const request = { originalUrl: '/api/v1/x' } as Request
  const response = {} as Response
  const asked = { params, input, files: {}, viewer: viewer as Actor, token: undefined, request, response }
  const answered = await handle(ctx, asked)
  return answered instanceof Answer ? answered.body : answered
}
