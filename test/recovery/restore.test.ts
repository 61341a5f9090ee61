import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/store/actors.ts'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { updateOwnProfile } from '../../src/domain/accounts/update-profile.ts'
import { bookmarkStatus } from '../../src/domain/bookmarks/bookmark-status.ts'
import { blockDomainFor } from '../../src/domain/domain-blocks/block-domain-for.ts'
import { pinPost } from '../../src/domain/featured/pin-post.ts'
import { createFilter } from '../../src/domain/filters/keep-filter.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { addToList } from '../../src/domain/lists/list-members.ts'
import { createList } from '../../src/domain/lists/keep-list.ts'
import { blockActor } from '../../src/domain/moderation/block-actor.ts'
import { muteActor } from '../../src/domain/mutes/mute-actor.ts'
import { noteActor } from '../../src/domain/notes/note-actor.ts'
import { describeRecovery, hurryRecovery } from '../../src/domain/recovery/describe-recovery.ts'
import { openRecovery } from '../../src/domain/recovery/open-recovery.ts'
import { startRecovery } from '../../src/domain/recovery/start-recovery.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
import { listLists } from '../../src/store/lists.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { bytesOf, makeKit, passphrase } from './comebacks.ts'

/** Alice lives on `home`, which goes; her friends live on `friends`, and she comes back on `haven`. */
let friends: TestServer
let haven: TestServer
let kit: string[]
let id: string
let formerUri: string
let said: { first: string; answer: string; secret: string }

beforeAll(async () => {
  friends = await startServer()
  haven = await startServer()
  const names = ['open', 'blocked', 'muted'] as const
  for (const name of names) await createMember(friends.ctx, name)
  const there = await createMember(haven.ctx, 'alice')
  {
    await using home = await startServer()
    const { ctx } = home
    formerUri = `${home.origin}/users/alice`
    const alice = await createMember(ctx, 'alice')
    await addAlias(haven.ctx, there, formerUri)
    await updateOwnProfile(ctx, alice, { displayName: 'Alice', summary: 'Here for good', locked: true })
    const [open, blocked, muted] = await Promise.all(names.map((name) => meet(home, name)))
    await followActor(ctx, alice, open!)
    await home.settle()
    await friends.settle()
    const list = await createList(ctx, alice, { title: 'Close' })
    await addToList(ctx, alice, list.id, [open!.id])
    await blockActor(ctx, alice, blocked!)
    await muteActor(ctx, alice, muted!, { hidesNotifications: true, seconds: 0 })
    await noteActor(ctx, alice, open!, 'met on a train')
    await blockDomainFor(ctx, alice, 'bad.example')
    await createFilter(ctx, alice, { title: 'Loud', contexts: ['home'], keywords: [{ keyword: 'loud' }] })
    said = await speak(home, alice)
    await home.settle()
    await friends.settle()
    kit = await makeKit(ctx, alice, { withKey: true })
  }
  const alice = await getAccount(haven.ctx, 'alice')
  id = await comeBack(alice)
}, 120_000)
afterAll(async () => {
  await haven?.[Symbol.asyncDispose]()
  await friends?.[Symbol.asyncDispose]()
})

async function meet({ ctx }: TestServer, name: string): Promise<Actor> {
  return (await ctx.remote.resolveActor(`${friends.origin}/users/${name}`))!
}

async function speak(home: TestServer, alice: Actor): Promise<typeof said> {
  const uriOf = ({ id: postId }: { id: string }) => `${formerUri}/statuses/${postId}`
  const first = await createPost(home.ctx, alice, { text: 'First', visibility: 'public' })
  const answer = await createPost(home.ctx, alice, {
    text: 'And then',
    visibility: 'unlisted',
    inReplyToId: first.id,
  })
  const secret = await createPost(home.ctx, alice, { text: 'For us', visibility: 'private' })
  await pinPost(home.ctx, alice, first.id)
  await bookmarkStatus(home.ctx, alice, answer.id)
  return { first: uriOf(first), answer: uriOf(answer), secret: uriOf(secret) }
}

async function comeBack(alice: Actor): Promise<string> {
  const opened = await openRecovery(haven.ctx, alice, bytesOf(kit), passphrase)
  const begun = await startRecovery(haven.ctx, alice, opened.id)
  for (let round = 0; round < 3; round++) {
    await haven.settle()
    await friends.settle()
    await hurryRecovery(haven.ctx, alice, begun)
  }
  await haven.settle()
  await friends.settle()
  return begun
}

async function listPosts() {
  return haven.ctx.db
    .selectFrom('posts')
    .leftJoin('postFormerIds', 'postFormerIds.postId', 'posts.id')
    .select(['posts.id', 'content', 'visibility', 'inReplyToId', 'importedAt', 'postFormerIds.uri as former'])
    .where('posts.deletedAt', 'is', null)
    .orderBy('posts.id')
    .execute()
}

describe('What a kit holds', () => {
  test('stands here again: profile, follows, lists, blocks, mutes, notes, filters', async () => {
    const { db } = haven.ctx
    const alice = await getAccount(haven.ctx, 'alice')
    expect(alice).toMatchObject({ displayName: 'Alice', summary: 'Here for good', locked: true })
    expect(alice.alsoKnownAs).toContain(formerUri)
    const open = await meet(haven, 'open')
    const follows = await db
      .selectFrom('follows')
      .select(['targetId', 'state'])
      .where('followerId', '=', alice.id)
      .execute()
    expect(follows).toEqual([{ targetId: open.id, state: 'accepted' }])
    expect((await listLists(db, alice.id)).map(({ title }) => title)).toEqual(['Close'])
    const members = await db.selectFrom('listMembers').select('targetId').execute()
    expect(members).toEqual([{ targetId: open.id }])
    const blocks = await db.selectFrom('blocks').select('targetUri').where('actorId', '=', alice.id).execute()
    expect(blocks).toEqual([{ targetUri: `${friends.origin}/users/blocked` }])
    const mutes = await db.selectFrom('mutes').select('targetUri').execute()
    expect(mutes).toEqual([{ targetUri: `${friends.origin}/users/muted` }])
    const notes = await db.selectFrom('accountNotes').select('comment').execute()
    expect(notes).toEqual([{ comment: 'met on a train' }])
    const filters = await db.selectFrom('filters').select('title').execute()
    expect(filters).toEqual([{ title: 'Loud' }])
    const domains = await db.selectFrom('accountDomainBlocks').select('domain').execute()
    expect(domains).toEqual([{ domain: 'bad.example' }])
  })

  test('is told to nobody who need not know: posts come at their dates, and are found by their old addresses', async () => {
    const posts = await listPosts()
    const found = (former: string) => posts.find((post) => post.former === former)
    expect(found(said.first)).toMatchObject({ visibility: 'public' })
    expect(found(said.first)?.importedAt).toBeInstanceOf(Date)
    expect(found(said.answer)).toMatchObject({ visibility: 'unlisted', inReplyToId: found(said.first)?.id })
    expect(found(said.secret)).toMatchObject({ visibility: 'private' })
    const sent = await haven.ctx.db.selectFrom('outgoingActivities').select('body').execute()
    expect(sent.filter(({ body }) => body.includes('"Create"'))).toEqual([])
  })

  test('ends the former follow of whoever accepted the account here, with the former key', async () => {
    const sent = await haven.ctx.db
      .selectFrom('outgoingActivities')
      .select(['body', 'formerIdentityId'])
      .where('formerIdentityId', 'is not', null)
      .execute()
    const undone = sent.map(({ body }) => JSON.parse(body) as { type: string; actor: string; object: object })
    expect(undone.filter(({ type }) => type === 'Undo')).toMatchObject([
      { actor: formerUri, object: { type: 'Follow', object: `${friends.origin}/users/open` } },
    ])
    const { db } = friends.ctx
    const followers = await db
      .selectFrom('follows')
      .select('followerUri')
      .where('state', '=', 'accepted')
      .execute()
    expect(followers).toEqual([{ followerUri: `${haven.origin}/users/alice` }])
  })

  test('gives the same when the kit is used twice', { timeout: 120_000 }, async () => {
    const before = await listPosts()
    const alice = await getAccount(haven.ctx, 'alice')
    expect(await comeBack(alice)).toBe(id)
    expect(await listPosts()).toEqual(before)
    expect((await listLists(haven.ctx.db, alice.id)).length).toBe(1)
    const { items } = await describeRecovery(haven.ctx, alice, id)
    expect(items.filter(({ state }) => state === 'failed')).toEqual([])
    expect(items.find(({ kind }) => kind === 'post')).toEqual({ kind: 'post', state: 'done', count: 3 })
  })
})
