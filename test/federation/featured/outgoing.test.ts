import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { featureTag, unfeatureTag } from '../../../src/domain/featured/feature-tag.ts'
import { pinPost, unpinPost } from '../../../src/domain/featured/pin-post.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import type { Visibility } from '../../../src/db/schema.ts'
import { sendPostPinned } from '../../../src/federation/outbox/post-pinned.ts'
import { sendTagFeatured } from '../../../src/federation/outbox/tag-featured.ts'
import { sendTagUnfeatured } from '../../../src/federation/outbox/tag-unfeatured.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { send } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote, bob } = await use(meet())
const alice = await remote.addActor('alice')
const carol = await createMember(server.ctx, 'carol')
await alice.post(server, activityOf(alice, 'Follow', { object: `${server.origin}/users/bob` }))
await server.settle()

async function read(path: string): Promise<any> {
  const headers = { host: new URL(server.origin).host, accept: 'application/activity+json' }
  const answer = await send(server.port, { path, headers })
  return answer.status === 200 ? JSON.parse(answer.body) : answer.status
}

const say = async (by: Actor, visibility: Visibility = 'public') =>
  (await createPost(server.ctx, by, { text: '@bob Hello', visibility })).id
const uriOf = (id: string) => `${server.origin}/users/bob/statuses/${id}`
const featured = '/users/bob/collections/featured'

test('A pinned post is served, and followers are told, until it is unpinned', async () => {
  const id = await say(bob)
  await pinPost(server.ctx, bob, id)
  await pinPost(server.ctx, bob, id)
  await server.settle()
  const actor = await read('/users/bob')
  expect(actor.featured).toBe(server.origin + featured)
  expect(await read(featured)).toEqual({
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: actor.featured,
    type: 'OrderedCollection',
    totalItems: 1,
    orderedItems: [uriOf(id)],
  })
  const about = { actor: `${server.origin}/users/bob`, object: uriOf(id), target: actor.featured }
  expect(remote.received('Add')).toMatchObject([about])
  await unpinPost(server.ctx, bob, id)
  await unpinPost(server.ctx, bob, id)
  await server.settle()
  expect(remote.received('Remove')).toMatchObject([about])
  expect((await read(featured)).orderedItems).toEqual([])
})

test('Five posts at most are pinned, each one’s own, and none that was said to a few', async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, () => say(bob)))
  for (const id of ids.slice(0, 4)) await pinPost(server.ctx, bob, id)
  const results = await Promise.allSettled(ids.slice(4).map((id) => pinPost(server.ctx, bob, id)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await deletePost(server.ctx, bob, ids[0]!)
  expect((await read(featured)).orderedItems).toHaveLength(4)
  await expect(pinPost(server.ctx, bob, await say(carol))).rejects.toMatchObject({ code: 'not_found' })
  await expect(pinPost(server.ctx, bob, await say(bob, 'direct'))).rejects.toMatchObject({ code: 'invalid' })
  await expect(pinPost(server.ctx, bob, ids[0]!)).rejects.toMatchObject({ code: 'not_found' })
  await server.settle()
  const told = remote.received('Add').length
  await pinPost(server.ctx, bob, await say(bob, 'private'))
  await server.settle()
  expect((await read(featured)).orderedItems).toHaveLength(4)
  expect(remote.received('Add')).toHaveLength(told)
  expect(await read('/users/nobody/collections/featured')).toBe(404)
})

test('A featured hashtag is served, and followers are told, ten at most', async () => {
  const told = remote.received('Add').length
  for (let index = 0; index < 10; index++) await featureTag(server.ctx, bob, `#Tag${index}`)
  await featureTag(server.ctx, bob, 'tag1')
  await expect(featureTag(server.ctx, bob, 'eleventh')).rejects.toMatchObject({ code: 'invalid' })
  await expect(featureTag(server.ctx, bob, 'no tag')).rejects.toMatchObject({ code: 'invalid' })
  await server.settle()
  await unfeatureTag(server.ctx, bob, 'TAG0')
  await unfeatureTag(server.ctx, bob, 'never')
  await server.settle()
  const actor = await read('/users/bob')
  const tags = await read(new URL(actor.featuredTags).pathname)
  expect(tags).toMatchObject({ id: actor.featuredTags, type: 'Collection', totalItems: 9 })
  const hashtag = { type: 'Hashtag', name: '#tag1', href: `${server.origin}/tags/tag1` }
  expect(tags.items[0]).toEqual(hashtag)
  expect(remote.received('Add').slice(told)).toHaveLength(10)
  expect(remote.received('Add')).toContainEqual(expect.objectContaining({ object: hashtag }))
  expect(remote.received('Remove')).toContainEqual(
    expect.objectContaining({ object: { ...hashtag, name: '#tag0', href: `${server.origin}/tags/tag0` } }),
  )
})

test('What is featured no more is not said to be, though that be said late', async () => {
  const id = await say(bob)
  await server.settle()
  const told = remote.received().length
  await sendPostPinned(server.ctx, { statusId: id }, randomUUID())
  await sendTagFeatured(server.ctx, { accountId: bob.id, tag: 'late' }, randomUUID())
  await featureTag(server.ctx, bob, 'tag0')
  await server.settle()
  await sendTagUnfeatured(server.ctx, { accountId: bob.id, tag: 'tag0' }, randomUUID())
  await server.settle()
  expect(remote.received().slice(told)).toMatchObject([{ type: 'Add', object: { name: '#tag0' } }])
})

test('A thread that began here is served in pages, as far as anybody may read it', async () => {
  const id = await say(bob)
  const answers: string[] = []
  for (let index = 0; index < 3; index++) {
    const note = noteOf(alice, { inReplyTo: answers.at(-1) ?? uriOf(id) })
    await alice.post(server, createOf(alice, note))
    await server.settle()
    answers.push(note['id'])
  }
  const secret = noteOf(alice, { inReplyTo: uriOf(id), to: [`${server.origin}/users/bob`], cc: [] })
  await alice.post(server, createOf(alice, secret))
  await server.settle()
  const path = `/users/bob/statuses/${id}/context`
  const whole = await read(path)
  expect(whole).toMatchObject({
    id: server.origin + path,
    type: 'OrderedCollection',
    attributedTo: `${server.origin}/users/bob`,
    totalItems: 4,
    first: `${server.origin}${path}?page=1`,
  })
  const page = await read(`${path}?page=1`)
  expect(page).toMatchObject({ type: 'OrderedCollectionPage', partOf: whole.id })
  expect(page.orderedItems[0]).toBe(uriOf(id))
  expect(page.orderedItems.toSorted()).toEqual([uriOf(id), ...answers].toSorted())
  expect(page.next).toBeUndefined()
  expect((await read(`${path}?page=2`)).orderedItems).toEqual([])
})

test('A thread is not served by an answer, nor where it is not for everybody', async () => {
  const root = await say(bob)
  const answer = (await createPost(server.ctx, bob, { text: 'Yes', visibility: 'public', inReplyToId: root }))
    .id
  const quiet = await say(bob, 'private')
  const gone = await say(bob)
  await deletePost(server.ctx, bob, gone)
  for (const id of [answer, quiet, gone, '1', 'x'])
    expect(await read(`/users/bob/statuses/${id}/context`)).toBe(404)
  expect(await read(`/users/carol/statuses/${root}/context`)).toBe(404)
})
