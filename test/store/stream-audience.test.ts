import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { presentStatuses, type StatusJson } from '../../src/api/entities/status.ts'
import { presentStatusesForMany } from '../../src/api/entities/statuses-for-many.ts'
import { createFilter } from '../../src/domain/filters/keep-filter.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { likeStatus } from '../../src/domain/interactions/like-status.ts'
import { blockActor } from '../../src/domain/moderation/block-actor.ts'
import { muteActor } from '../../src/domain/mutes/mute-actor.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../src/domain/statuses/receive-note.ts'
import { viewStatuses } from '../../src/domain/statuses/view.ts'
import { muteThread } from '../../src/domain/threads/mute-thread.ts'
import { boostStatus } from '../../src/domain/interactions/boost-status.ts'
import type { Actor } from '../../src/store/actors.ts'
import { listStandingsOf } from '../../src/store/standings.ts'
import { listStatuses, type Status } from '../../src/store/statuses.ts'
import { findSeeing, findShown, listRelations } from '../../src/store/stream-audience.ts'
import { listHomeReaders, listOpenReaders } from '../../src/store/stream-readers.ts'
import { listVisibleIds } from '../../src/store/threads.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { draftNote } from '../support/note-draft.ts'
import { createMember, createStranger } from '../support/people.ts'

let world: TestContext
let members: Actor[]
let authors: Actor[]
/** By everybody, of every visibility; none is a boost. */
let said: Status[]
let boost: Status

const quiet = { hidesNotifications: false, seconds: 0 }

beforeAll(async () => {
  world = await createTestContext()
  const { ctx } = world
  const names = [
    'blocks',
    'blocked',
    'mutes',
    'muted',
    'shuns',
    'follows',
    'likes',
    'filters',
    'nobody',
    'author',
  ]
  members = await Promise.all(names.map((name) => createMember(ctx, name)))
  const [blocks, blocked, mutes, muted, shuns, follows, likes, filters, , author] = members as [
    Actor,
    ...Actor[],
  ]
  const away = await createStranger(ctx, 'away')
  authors = [author!, away]
  await blockActor(ctx, blocks, author!)
  await blockActor(ctx, blocks, away)
  await blockActor(ctx, author!, blocked!)
  for (const target of authors) await muteActor(ctx, mutes!, target, quiet)
  await muteActor(ctx, muted!, author!, { ...quiet, seconds: 1 })
  await sql`update mutes set expires_at = now() - interval '1 hour' where account_id = ${muted!.id}`.execute(
    ctx.db,
  )
  await sql`insert into account_domain_blocks (id, account_id, domain)
    values (${ctx.newId()}, ${shuns!.id}, 'away.example')`.execute(ctx.db)
  await followActor(ctx, follows!, author!)
  await sql`insert into follows (id, follower_id, target_id, target_uri, state)
    values (${ctx.newId()}, ${follows!.id}, ${away.id}, ${away.uri}, 'accepted')`.execute(ctx.db)
  const ids: string[] = []
  for (const visibility of ['public', 'unlisted', 'private', 'direct'] as const) {
    const { id } = await createPost(ctx, author!, { text: `a word, ${visibility} @likes #tag`, visibility })
    ids.push(id)
  }
  const draft = { contentHtml: '<p>a word from away</p>', published: ctx.now(), hashtags: ['tag'] }
  await receiveNote(ctx, { note: draftNote(away, draft), author: away, recipientId: null })
  await likeStatus(ctx, likes!, ids[0]!)
  await muteThread(ctx, follows!, ids[0]!)
  const answer = await createPost(ctx, author!, {
    text: 'an answer',
    visibility: 'public',
    inReplyToId: ids[0],
  })
  const boosted = await boostStatus(ctx, author!, ids[0]!)
  await createFilter(ctx, filters!, { title: 'words', contexts: ['home'], keywords: [{ keyword: 'word' }] })
  const rows = await ctx.db.selectFrom('statuses').select('id').orderBy('id').execute()
  const all = await listStatuses(
    ctx.db,
    rows.map(({ id }) => id),
  )
  const inOrder = all.toSorted((one, other) => Number(BigInt(one.id) - BigInt(other.id)))
  said = inOrder.filter(({ boostOfId }) => boostOfId === null)
  boost = all.find(({ boostOfId }) => boostOfId !== null)!
  expect([said.length, answer.id !== boosted.id, boost.boostOfId]).toEqual([6, true, ids[0]])
})
afterAll(() => world.close())

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)

/** Pairs of members and statuses, as words. */
const pairs = (has: (viewerId: string, statusId: string) => boolean) =>
  members.flatMap((member) =>
    said.flatMap(({ id }, at) => (has(member.id, id) ? `${member.username} ${at}` : [])),
  )

describe('For many members at once', () => {
  test('what they are shown in lists is what each is shown', async () => {
    const { db } = world.ctx
    const shown = await findShown(db, idsOf(members), idsOf(said))
    const each = await listOpenReaders(db, idsOf(members), idsOf(said))
    const expected = new Set(each.map(({ readerId, statusId }) => `${readerId} ${statusId}`))
    const found = pairs((viewer, status) => shown.has(viewer, status))
    expect(found).toEqual(pairs((viewer, status) => expected.has(`${viewer} ${status}`)))
    expect(found).toEqual(expect.arrayContaining(['nobody 0', 'muted 0', 'follows 2', 'likes 3', 'shuns 0']))
    for (const hidden of ['blocks 0', 'blocked 0', 'mutes 0', 'nobody 2', 'shuns 4'])
      expect(found).not.toContain(hidden)
  })

  test('what they may see is what each may see', async () => {
    const { db } = world.ctx
    const seeing = await findSeeing(db, idsOf(members), idsOf(said))
    for (const member of members) {
      const visible = await listVisibleIds(db, idsOf(said), member.id, 100)
      expect(idsOf(said).filter((id) => seeing.has(member.id, id))).toEqual(
        idsOf(said).filter((id) => visible.includes(id)),
      )
    }
  })

  test('how they stand with authors is how each stands', async () => {
    const { db, now } = world.ctx
    const relations = await listRelations(db, idsOf(members), idsOf(authors), now())
    const standings = await listStandingsOf(db, idsOf(members), idsOf(authors), now())
    for (const member of members) {
      for (const { id } of authors) {
        const expected = standings.get(member.id)!.get(id)!
        const found = relations.get(member.id)?.get(id)
        if (found === undefined) expect(Object.values(expected)).toEqual(Array(5).fill(false))
        else expect(found).toEqual(expected)
      }
    }
    expect([...relations.keys()]).toHaveLength(5)
  })

  test('whose homes have what is what each home has', async () => {
    const { db } = world.ctx
    const readers = await listHomeReaders(db, idsOf(members), idsOf(said))
    const each = await Promise.all(members.map(({ id }) => listHomeReaders(db, [id], idsOf(said))))
    const words = (all: typeof readers) =>
      new Set(all.map(({ readerId, statusId }) => `${readerId} ${statusId}`))
    expect(words(readers)).toEqual(words(each.flat()))
    expect(new Set(readers.map(({ readerId }) => readerId)).size).toBe(2)
    expect(words(readers).size).toBe(readers.length)
  })

  test('statuses are presented as to each, and only once to those for whom they are the same', async () => {
    const { ctx } = world
    const views = await viewStatuses(ctx, [...said, boost])
    const viewers = new Map(members.map((member) => [member.id, member]))
    const readings = views.flatMap(({ status }) =>
      members.map(({ id: readerId }) => ({ readerId, statusId: status.id })),
    )
    const presented = await (await presentStatusesForMany(ctx, views))(viewers, readings)
    for (const member of members) {
      const expected = await presentStatuses(ctx, member, views)
      expect(views.map(({ status }) => presented(member.id, status.id))).toEqual(expected)
    }
    const objects = new Set<StatusJson | undefined>(members.map(({ id }) => presented(id, said[0]!.id)))
    // The author, and whoever filters, follows, likes, mutes, blocks or is blocked, see it otherwise.
    expect(objects.size).toBe(8)
    expect(presented(members[8]!.id, said[0]!.id)).toBe(presented(members[3]!.id, said[0]!.id))
  })
})
