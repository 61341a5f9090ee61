import { verifyJsonLd, verifyObject } from '@fedify/fedify/sig'
import { Activity } from '@fedify/vocab'
import { beforeEach, expect, it } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { editPost } from '../../../src/domain/statuses/edit-post.ts'
import type { Visibility } from '../../../src/domain/drafts.ts'
import { pinnedContext } from '../../../src/federation/contexts.ts'
import { enqueue } from '../../../src/store/jobs.ts'
import { activityOf } from '../../support/remote-server.ts'
import { send } from '../../support/letters.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote, bob } = await use(meet())
const alice = await remote.addActor('alice')
await alice.post(server, activityOf(alice, 'Follow', { object: `${server.origin}/users/bob` }))
await server.settle()

beforeEach(() => void (remote.arrivals.length = 0))

/** A stranger's library, which reads the actor from our server and the contexts from their copies. */
async function load(url: string) {
  const document = pinnedContext(url) ?? JSON.parse((await send(server.port, getOf(url))).body)
  return { contextUrl: null, documentUrl: url.split('#', 1)[0]!, document }
}

const getOf = (url: string) => ({
  method: 'GET',
  path: new URL(url).pathname,
  headers: { host: new URL(server.origin).host, accept: 'application/activity+json' },
})

const loaders = { documentLoader: load, contextLoader: load }

/** What a stranger finds of both signatures: undefined where there is none. */
async function judge({ signature, ...activity }: any) {
  const isProven = activity.proof && (await verifyObject(Activity, activity, loaders)) !== null
  const isSigned = signature && (await verifyJsonLd({ ...activity, signature }, loaders))
  return { type: activity.type, isProven, isSigned }
}

async function received(): Promise<object[]> {
  await server.settle()
  return Promise.all(remote.received().map(judge))
}

const addPost = (visibility: Visibility) =>
  createPost(server.ctx, bob, {
    text: `Hello @alice@${new URL(remote.origin).host} #grüße https://example.org/?a=1&b=2`,
    visibility,
    language: 'en',
    summary: 'A word',
  })

it.each<Visibility>(['public', 'unlisted'])(
  'What is said of a %s post carries a proof and a signature',
  async (visibility) => {
    const post = await addPost(visibility)
    await server.settle()
    await editPost(server.ctx, bob, post.id, { text: 'Changed' })
    await server.settle()
    await deletePost(server.ctx, bob, post.id)
    expect(await received()).toEqual([
      { type: 'Create', isProven: true, isSigned: true },
      { type: 'Update', isProven: true, isSigned: true },
      { type: 'Delete', isProven: true, isSigned: true },
    ])
  },
)

it.each<Visibility>(['private', 'direct'])('A %s post carries a proof alone', async (visibility) => {
  await addPost(visibility)
  expect(await received()).toEqual([{ type: 'Create', isProven: true, isSigned: undefined }])
})

it('An Accept carries a proof alone', async () => {
  const carol = await remote.addActor('carol')
  await carol.post(server, activityOf(carol, 'Follow', { object: `${server.origin}/users/bob` }))
  expect(await received()).toEqual([{ type: 'Accept', isProven: true, isSigned: undefined }])
})

it('A new profile carries both', async () => {
  await transact(server.ctx, (tx) => enqueue(tx, 'actor.updated', { accountId: bob.id }))
  expect(await received()).toEqual([{ type: 'Update', isProven: true, isSigned: true }])
})

it('All inboxes are sent the same bytes', async () => {
  const dora = await remote.addActor('dora', { endpoints: {} })
  await dora.post(server, activityOf(dora, 'Follow', { object: `${server.origin}/users/bob` }))
  await server.settle()
  remote.arrivals.length = 0
  await addPost('public')
  await server.settle()
  const posts = remote.arrivals.filter(({ method }) => method === 'POST')
  expect(new Set(posts.map(({ url }) => url))).toEqual(new Set(['/inbox', '/users/dora/inbox']))
  expect(posts).toHaveLength(2)
  expect(new Set(posts.map(({ body }) => body)).size).toBe(1)
})
