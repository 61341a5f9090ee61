import { expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { lookAgain } from '../../../src/domain/remote/look-again.ts'
import { editPost } from '../../../src/domain/statuses/edit-post.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { isId } from '../../../src/lib/ids.ts'
import { DomainError } from '../../../src/lib/errors.ts'
import { findRemoteActorByHandle, type Actor } from '../../../src/store/actors.ts'
import { findStatus } from '../../../src/store/statuses.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const world = await use(createTestContext())
const ctx = { ...world.ctx, remote: { ...world.ctx.remote, resolveHandle: askStore } }
const alice = await createMember(ctx, 'alice')
const carol = await createMember(ctx, 'carol')
const bob = await createStranger(ctx, 'bob')

async function askStore(handle: string): Promise<Actor> {
  const [username = '', domain = ''] = handle.split('@')
  const actor = await findRemoteActorByHandle(ctx.db, username, domain)
  if (actor === undefined) throw new DomainError('unavailable', 'That server does not answer.')
  return actor
}

const post = (text: string, more = {}) => createPost(ctx, alice, { text, visibility: 'public', ...more })

test('A post is stored together with the job that sends it', async () => {
  const before = await listJobs(ctx.db)
  const status = await post('  Hello\0 #World #world  ', { summary: 'greeting', language: 'en' })
  expect(status).toMatchObject({
    source: 'Hello #World #world',
    tags: ['world'],
    summary: 'greeting',
    sensitive: true,
    language: 'en',
    visibility: 'public',
    content: null,
    uri: null,
  })
  expect(isId(status.id)).toBe(true)
  expect((await listJobs(ctx.db)).slice(before.length)).toEqual([
    { name: 'status.created', data: { statusId: status.id } },
  ])
})

test('Whoever is known is taken as known, and asked for later where that is long ago', async () => {
  const asked: string[] = []
  const resolveHandle = async (handle: string): Promise<Actor> => {
    asked.push(handle)
    throw new DomainError('unavailable', 'That server does not answer.')
  }
  const slow = { ...ctx, remote: { ...ctx.remote, resolveHandle } }
  const old = await createStranger(ctx, 'old', { fetchedAt: new Date(ctx.now().getTime() - 25 * 3600_000) })
  const before = await listJobs(ctx.db)
  const status = await createPost(slow, alice, {
    ...{ text: '@old@away.example @bob@away.example @who@away.example', visibility: 'public' },
  })
  expect(asked).toEqual(['who@away.example'])
  expect(status.mentions.map(({ actorId }) => actorId)).toEqual([old.id, bob.id])
  await editPost(slow, alice, status.id, { text: '@old@away.example' })
  const jobs = (await listJobs(ctx.db)).slice(before.length)
  expect(jobs.filter(({ name }) => name === 'actor.named')).toEqual([
    { name: 'actor.named', data: { handle: 'old@away.example' } },
  ])
  await lookAgain(slow, { handle: 'old@away.example' })
  expect(asked).toEqual(['who@away.example', 'old@away.example'])
})

test('What is rolled back leaves neither a post nor a job', async () => {
  const before = await listJobs(ctx.db)
  let id = ''
  const attempt = transact(ctx, async (tx) => {
    id = (await createPost(tx, alice, { text: 'Never', visibility: 'public' })).id
    throw new Error('power cut')
  })
  await expect(attempt).rejects.toThrow('power cut')
  expect(await findStatus(ctx.db, id)).toBeUndefined()
  expect(await listJobs(ctx.db)).toEqual(before)
})

test('Whoever is named is in the audience, once, here and elsewhere; a name that nobody answers to is text', async () => {
  const status = await post('@carol @Carol@home.example @bob@away.example @nobody @x@silent.example')
  expect(status.audience.toSorted()).toEqual([carol.id, bob.id].toSorted())
  expect(status.mentions).toEqual([
    { actorId: carol.id, username: 'carol', domain: null, uri: null, url: null },
    { actorId: bob.id, username: 'bob', domain: 'away.example', uri: bob.uri, url: null },
  ])
})

test.each(['', '  \n ', '\0', 'x'.repeat(5001), '👩‍👩‍👧‍👦'.repeat(5001)])(
  'A text that will not do: %#',
  async (text) => {
    await expect(post(text)).rejects.toMatchObject({ code: 'invalid' })
  },
)

test('Length is counted as people count', async () => {
  const family = '👩‍👩‍👧‍👦'
  expect(await post(family.repeat(1000))).toMatchObject({ source: family.repeat(1000) })
})

test('Half a surrogate pair is replaced', async () => {
  expect((await post('a\ud800b @carol')).source).toBe('a\ufffdb @carol')
})

test('A reply names what it answers', async () => {
  const parent = await createPost(ctx, carol, { text: 'Question', visibility: 'public' })
  expect(await post('Answer', { inReplyToId: parent.id })).toMatchObject({
    inReplyToId: parent.id,
    inReplyToUri: null,
  })
})

test('Nobody answers what they may not see, or what is not there', async () => {
  const secret = await createPost(ctx, carol, { text: 'For those who follow', visibility: 'private' })
  await expect(post('I see you', { inReplyToId: secret.id })).rejects.toMatchObject({ code: 'not_found' })
  await expect(post('Hello?', { inReplyToId: '12345' })).rejects.toMatchObject({ code: 'not_found' })
  await followActor(ctx, alice, carol)
  expect(await post('Now I may', { inReplyToId: secret.id })).toMatchObject({ inReplyToId: secret.id })
})
