import { expect, test } from 'vitest'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { receiveNote, receiveNotes } from '../../src/domain/statuses/receive-note.ts'
import { followTag } from '../../src/domain/tags/follow-tag.ts'
import { unfollowTag } from '../../src/domain/tags/unfollow-tag.ts'
import type { Actor } from '../../src/store/actors.ts'
import { listHomeStatuses } from '../../src/store/home-timeline.ts'
import { findRemoteStatus } from '../../src/store/statuses.ts'
import { createTestContext } from '../support/context.ts'
import { draftNote } from '../support/note-draft.ts'
import { createMember, createStranger } from '../support/people.ts'
import { use } from '../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')
const bob = await createMember(ctx, 'bob')
const carol = await createMember(ctx, 'carol')
await followActor(ctx, alice, carol)
await followTag(ctx, alice, 'Kelp')

const home = async (viewer: Actor) =>
  (await listHomeStatuses(ctx.db, viewer.id, { limit: 100 })).map((status) => status.source ?? status.content)

test('Home shows what is public under a followed tag, once, and nothing else of those who are not followed', async () => {
  const say = (author: Actor, text: string, visibility: 'public' | 'unlisted' | 'private') =>
    createPost(ctx, author, { text, visibility })
  await say(bob, 'I like #KELP', 'public')
  await say(bob, 'quietly #kelp', 'unlisted')
  await say(bob, 'to followers #kelp', 'private')
  await say(bob, 'no #kelpforest', 'public')
  await say(carol, 'me too #kelp', 'public')
  expect(await home(alice)).toEqual(['me too #kelp', 'I like #KELP'])
  expect(await home(carol)).toEqual(['me too #kelp'])
})

test('A note of a stranger is kept for its tag only when it is public and somebody follows the tag', async () => {
  const mallory = await createStranger(ctx, 'mallory')
  const receive = (id: string, changes: object) => {
    const note = draftNote(mallory, { id: `${mallory.uri}/${id}`, contentHtml: id, ...changes })
    return receiveNote(ctx, { note, author: mallory, recipientId: null })
  }
  expect(await receive('a', { hashtags: ['kelp', 'sea'] })).toBe('stored')
  expect(await receive('b', { hashtags: ['sea'] })).toBe('ignored')
  expect(await receive('c', { hashtags: ['kelp'], visibility: 'unlisted' })).toBe('ignored')
  expect(await home(alice)).toContain('a')
  await unfollowTag(ctx, alice, '#kelp')
  expect(await receive('d', { hashtags: ['kelp'] })).toBe('ignored')
  expect(await home(alice)).not.toContain('a')
  await followTag(ctx, alice, 'kelp')
})

test('Of notes that come together each is judged by its own tags', async () => {
  const stranger = await createStranger(ctx, 'stranger')
  const tags = [[], ['sea', 'kelp'], ['sea'], ['kelp']]
  const received = tags.map((hashtags, index) => ({
    note: draftNote(stranger, { id: `${stranger.uri}/${index}`, hashtags }),
    author: stranger,
    recipientId: null,
  }))
  expect(await receiveNotes(ctx, received)).toEqual(['ignored', 'stored', 'ignored', 'stored'])
  expect(await findRemoteStatus(ctx.db, `${stranger.uri}/0`)).toBeUndefined()
})
