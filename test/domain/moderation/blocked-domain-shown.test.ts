import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { transact } from '../../../src/db/transact.ts'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { allowDomain, blockDomain } from '../../../src/domain/moderation/block-domain.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { getVisibleStatus } from '../../../src/domain/statuses/get-visible.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { viewReplies, viewStatuses } from '../../../src/domain/statuses/view.ts'
import { listOpenThread } from '../../../src/domain/threads/list-open-thread.ts'
import { loadThread } from '../../../src/domain/threads/load-thread.ts'
import { findActor, type Actor } from '../../../src/store/actors.ts'
import { acceptFollow, upsertFollow } from '../../../src/store/follows.ts'
import { listInteractionCounts } from '../../../src/store/interaction-counts.ts'
import { upsertLike } from '../../../src/store/likes.ts'
import { upsertReaction } from '../../../src/store/reactions.ts'
import { listHomeStatuses } from '../../../src/store/home-timeline.ts'
import { findPost, findRemoteStatus, insertRemoteStatuses } from '../../../src/store/statuses.ts'
import { listVisibleIds } from '../../../src/store/threads.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let bob: Actor
let mallory: Stranger
/** Of ours; and theirs: an answer to it, and a boost of it. */
let ids: { post: string; answer: string; boost: string; boostOfAnswer: string }

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  bob = await createMember(ctx, 'bob')
  mallory = await createStranger(ctx, 'mallory', { domain: 'social.evil.example' })
  await transact(ctx, async (tx) => {
    for (const targetId of [mallory.id, bob.id]) {
      const follow = await upsertFollow(tx.db, {
        id: tx.newId(),
        state: 'pending',
        followerId: alice.id,
        targetId,
      })
      await acceptFollow(tx.db, follow.id, tx.now())
    }
  })
  ids = await stage()
})
afterAll(() => world.close())

async function stage(): Promise<typeof ids> {
  const post = (await createPost(ctx, bob, { text: 'Ours', visibility: 'public' })).id
  const note = draftNote(mallory, { inReplyTo: `${ctx.config.origin}/users/bob/statuses/${post}` })
  await receiveNote(ctx, { note, author: mallory, recipientId: alice.id })
  const answer = (await findRemoteStatus(ctx.db, note.id))!.id
  const boostOfAnswer = (await boostStatus(ctx, bob, answer)).id
  const boost = ctx.newId()
  await transact(ctx, async (tx) => {
    const whole = { actorId: mallory.id, visibility: 'public' as const, createdAt: tx.now() }
    await insertRemoteStatuses(tx.db, [
      { ...whole, id: boost, uri: `${mallory.uri}/boosts/1`, boostOfId: post },
    ])
    const doing = { actorId: mallory.id, statusId: post }
    await upsertLike(tx.db, { ...doing, id: tx.newId(), uri: `${mallory.uri}/likes/1` })
    await upsertReaction(tx.db, { ...doing, id: tx.newId(), name: '🔥', uri: `${mallory.uri}/reactions/1` })
  })
  return { post, answer, boost, boostOfAnswer }
}

/** Everything that there is to see, as ids and numbers. */
async function look() {
  const home = await listHomeStatuses(ctx.db, alice.id, { limit: 20 })
  const thread = await loadThread(ctx, ids.post, alice.id)
  const replies = await viewReplies(ctx, { id: ids.post, actorId: bob.id })
  const counts = (await listInteractionCounts(ctx.db, [ids.post])).get(ids.post)
  const canSee = async (id: string, viewer?: string) =>
    getVisibleStatus(ctx, id, viewer).then(
      () => true,
      () => false,
    )
  const every = [ids.answer, ids.boost, ids.boostOfAnswer]
  const [boostView] = await viewStatuses(
    ctx,
    home.filter((status) => status.id === ids.boostOfAnswer),
  )
  return {
    home: home.map(({ id }) => id).toSorted(),
    thread: thread.descendants.map(({ status }) => status.id),
    replies: replies.map(({ status }) => status.id),
    context: (await listOpenThread(ctx, { id: ids.post, actorId: bob.id })).length,
    anybody: await listVisibleIds(ctx.db, every, undefined, 10),
    each: await Promise.all(
      every.flatMap((id) => [canSee(id), canSee(id, alice.id), canSee(id, mallory.id)]),
    ),
    counts,
    boosted: boostView?.boostOf?.status.id,
  }
}

const isMarked = async () => (await findActor(ctx.db, mallory.id))?.domainBlocked

const setSuspended = (changes: { suspendedThere?: boolean; suspendedAt?: Date | null }) =>
  ctx.db.updateTable('actors').set(changes).where('id', '=', mallory.id).execute()

/** How nothing by somebody is shown any more, and how it is again. */
const ways: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
  ['a blocked domain', () => blockDomain(ctx, 'evil.example', ''), () => allowDomain(ctx, 'evil.example')],
  [
    'somebody whom their own server suspended',
    () => setSuspended({ suspendedThere: true }),
    () => setSuspended({ suspendedThere: false }),
  ],
  [
    'somebody who is suspended here',
    () => setSuspended({ suspendedAt: ctx.now() }),
    () => setSuspended({ suspendedAt: null }),
  ],
]

test.each(ways)('Nothing by %s is to be seen or counts, until that is lifted', async (_, hide, lift) => {
  const before = await look()
  expect(before).toEqual({
    home: [ids.post, ids.answer, ids.boost, ids.boostOfAnswer].toSorted(),
    thread: [ids.answer],
    replies: [ids.answer],
    context: 2,
    anybody: [ids.answer, ids.boost, ids.boostOfAnswer].toSorted(),
    each: Array(9).fill(true),
    counts: { likes: 1, boosts: 1, replies: 1, reactions: [{ name: '🔥', emojiUrl: null, count: 1 }] },
    boosted: ids.answer,
  })

  await hide()
  expect(await look()).toEqual({
    home: [ids.post],
    thread: [],
    replies: [],
    context: 1,
    anybody: [],
    each: Array(9).fill(false),
    counts: { likes: 0, boosts: 0, replies: 0, reactions: [] },
    boosted: undefined,
  })

  await lift()
  expect(await look()).toEqual(before)
})

test.each(ways)('What is quoted or boosted of %s is not shown with what does so', async (_, hide, lift) => {
  const own = await createPost(ctx, alice, { text: 'Look', visibility: 'public' })
  await ctx.db
    .updateTable('posts')
    .set({ quoteOfId: ids.answer, quoteUri: `${mallory.uri}/statuses/1`, quoteState: 'accepted' })
    .where('id', '=', own.id)
    .execute()
  const view = async () => {
    const [quoting, boosting] = await viewStatuses(ctx, [
      await getVisibleStatus(ctx, own.id, undefined),
      (await findPost(ctx.db, ids.boostOfAnswer))!,
    ])
    return [quoting?.quote?.view?.status.id, boosting?.boostOf?.status.id]
  }
  expect(await view()).toEqual([ids.answer, ids.answer])
  await hide()
  expect(await view()).toEqual([undefined, undefined])
  await lift()
})

test('Of two blocks that cover an actor the other one stays', async () => {
  await blockDomain(ctx, 'evil.example', '')
  await blockDomain(ctx, 'social.evil.example', '')
  await allowDomain(ctx, 'evil.example')
  expect(await isMarked()).toBe(true)
  await allowDomain(ctx, 'social.evil.example')
  expect(await isMarked()).toBe(false)
})

test('A block covers hosts with ports and the domains of handles, and no neighbours', async () => {
  const strangers = {
    ported: await createStranger(ctx, 'p', {
      uri: 'https://a.bad.example:8443/users/p',
      domain: 'a.bad.example:8443',
    }),
    handled: await createStranger(ctx, 'h', { uri: 'https://other.example/users/h', domain: 'bad.example' }),
    hosted: await createStranger(ctx, 'o', { uri: 'https://bad.example/users/o', domain: 'nice.example' }),
    near: await createStranger(ctx, 'n', { domain: 'notbad.example' }),
    like: await createStranger(ctx, 'l', { domain: 'x.badxexample' }),
    above: await createStranger(ctx, 'u', { domain: 'example' }),
  }
  const marked = async () => {
    const entries = Object.entries(strangers).map(async ([name, { id }]) =>
      (await findActor(ctx.db, id))?.domainBlocked ? [name] : [],
    )
    return (await Promise.all(entries)).flat()
  }
  await blockDomain(ctx, 'bad.example', '')
  expect(await marked()).toEqual(['ported', 'handled', 'hosted'])
  await allowDomain(ctx, 'bad.example')
  expect(await marked()).toEqual([])
  await blockDomain(ctx, 'a.bad.example:8443', '')
  expect(await marked()).toEqual(['ported'])
  await allowDomain(ctx, 'a.bad.example:8443')
})
