import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { receiveNoteDelete } from '../../../src/domain/statuses/receive-note-delete.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { listConversations, markConversationRead } from '../../../src/store/conversations.ts'
import { findRemoteStatus, type Status } from '../../../src/store/statuses.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let carol: Actor
let dave: Actor
let bob: Stranger

beforeEach(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  carol = await createMember(ctx, 'carol')
  dave = await createMember(ctx, 'dave')
  bob = await createStranger(ctx, 'bob')
})
afterEach(() => world.close())

const say = (by: Actor, text: string, inReplyTo?: Status): Promise<Status> =>
  createPost(ctx, by, { text, visibility: 'direct', ...(inReplyTo && { inReplyToId: inReplyTo.id }) })

/** What each conversation of a member ends with, and whether it is unread. */
const ends = async (of: Actor) =>
  (await listConversations(ctx.db, of.id, { limit: 40 })).map(({ lastStatusId, unread }) => [
    lastStatusId,
    unread,
  ])

async function hear(name: string, inReplyTo: string): Promise<Status> {
  const note = draftNote(bob, {
    ...{ id: `${bob.uri}/${name}`, to: [`https://home.example/users/alice`], cc: [], visibility: 'direct' },
    ...{ inReplyTo, published: ctx.now() },
  })
  await receiveNote(ctx, { note, author: bob, recipientId: alice.id })
  return (await findRemoteStatus(ctx.db, note.id))!
}

test('A conversation ends with the word before one that is taken back, and is gone with the first', async () => {
  const first = await say(alice, '@carol one')
  const aside = await say(alice, '@carol @dave aside', first)
  const second = await say(carol, '@alice two', first)
  const third = await say(carol, '@alice three', second)
  const both = [
    [third.id, true],
    [aside.id, false],
  ]
  expect(await ends(alice)).toEqual(both)
  await deletePost(ctx, carol, second.id)
  expect(await ends(alice)).toEqual(both)
  await deletePost(ctx, carol, third.id)
  expect(await ends(alice)).toEqual([
    [aside.id, false],
    [first.id, false],
  ])
  await deletePost(ctx, alice, first.id)
  expect(await ends(alice)).toEqual([[aside.id, false]])
  expect(await ends(carol)).toEqual([[aside.id, true]])
  expect(await ends(dave)).toEqual([[aside.id, true]])
})

test('What somebody elsewhere takes back leaves what was said before and is unread', async () => {
  const first = await say(alice, '@dave one')
  const uri = `https://home.example/users/alice/statuses/${first.id}`
  const beside = [first.id, false]
  const second = await hear('2', uri)
  const third = await hear('3', second.uri!)
  const fourth = await hear('4', third.uri!)
  expect(await ends(alice)).toEqual([[fourth.id, true], beside])
  await receiveNoteDelete(ctx, { by: bob, uri: fourth.uri! })
  expect(await ends(alice)).toEqual([[third.id, true], beside])
  const [conversation] = await listConversations(ctx.db, alice.id, { limit: 1 })
  await markConversationRead(ctx.db, alice.id, conversation!.id)
  await receiveNoteDelete(ctx, { by: bob, uri: third.uri! })
  expect(await ends(alice)).toEqual([[second.id, false], beside])
})

test('A conversation stays one when somebody elsewhere takes its beginning back', async () => {
  const first = await hear('1', 'https://away.example/unknown')
  const second = await hear('2', first.uri!)
  await receiveNoteDelete(ctx, { by: bob, uri: first.uri! })
  const third = await hear('3', second.uri!)
  expect(await ends(alice)).toEqual([[third.id, true]])
  await receiveNoteDelete(ctx, { by: bob, uri: third.uri! })
  expect(await ends(alice)).toEqual([[second.id, true]])
})

test('With whom somebody blocks they have no conversation any more, alone or with others', async () => {
  await say(alice, '@carol one')
  const other = await say(alice, '@dave two')
  await say(alice, '@carol @dave three')
  await blockActor(ctx, alice, carol)
  expect(await ends(alice)).toEqual([[other.id, false]])
})
