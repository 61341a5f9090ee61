import { beforeEach, expect, it } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { unboost } from '../../../src/domain/interactions/unboost.ts'
import { blockDomain, allowDomain } from '../../../src/domain/moderation/block-domain.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { upsertBlock } from '../../../src/store/blocks.ts'
import { countPosts } from '../../../src/store/status-counts.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { activityType, getSigned, send } from '../../support/letters.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger } from '../../support/people.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const remote = await use(startRemoteServer())
const alice = await remote.addActor('alice')

let bob: Actor
let carol: Actor

let serial = 0
beforeEach(async () => {
  bob = await createMember(server.ctx, `bob${++serial}`)
  carol = await createMember(server.ctx, `carol${serial}`)
})

const get = (path: string) =>
  send(server.port, { path, headers: { host: new URL(server.origin).host, accept: activityType } })

async function boost(statusId: string): Promise<string[]> {
  const { id } = await boostStatus(server.ctx, bob, statusId)
  const path = `/users/${bob.username}/statuses/${id}`
  return [path, `${path}/activity`]
}

/** The statuses of the documents, and how many things the outbox counts. */
async function look(paths: readonly string[]) {
  const outbox = await get(`/users/${bob.username}/outbox`)
  const answers = await Promise.all(paths.map((path) => get(path)))
  return { total: JSON.parse(outbox.body).totalItems, statuses: answers.map(({ status }) => status) }
}

it('is there while what it boosts is, and not while the domain of that is blocked', async () => {
  const mallory = await createStranger(server.ctx, 'mallory', { domain: 'evil.example' })
  const note = draftNote(mallory)
  await receiveNote(server.ctx, { note, author: mallory, recipientId: bob.id })
  const paths = await boost((await findRemoteStatus(server.ctx.db, note.id))!.id)
  expect(await look(paths)).toEqual({ total: 1, statuses: [200, 200] })
  const answer = await get(paths[0]!)
  expect(JSON.parse(answer.body)).toMatchObject({ type: 'Announce', object: note.id })
  await blockDomain(server.ctx, 'evil.example', '')
  expect(await look(paths)).toEqual({ total: 0, statuses: [404, 404] })
  await allowDomain(server.ctx, 'evil.example')
  expect(await look(paths)).toEqual({ total: 1, statuses: [200, 200] })
})

it('is not for somebody whom the author of what it boosts blocks', async () => {
  const paths = await boost((await createPost(server.ctx, carol, { text: 'Ours', visibility: 'public' })).id)
  const getAsAlice = async () => {
    const answers = await Promise.all(paths.map((path) => getSigned(server, path, alice)))
    return answers.map(({ status }) => status)
  }
  expect(await getAsAlice()).toEqual([200, 200])
  const { id: targetId } = (await server.ctx.remote.resolveActor(alice.uri))!
  await transact(server.ctx, (tx) => upsertBlock(tx.db, { id: tx.newId(), actorId: carol.id, targetId }))
  expect(await getAsAlice()).toEqual([404, 404])
})

it('leaves a tombstone when it is taken back', async () => {
  const post = await createPost(server.ctx, carol, { text: 'Ours', visibility: 'public' })
  const paths = await boost(post.id)
  await unboost(server.ctx, bob, post.id)
  expect(await look(paths)).toEqual({ total: 0, statuses: [410, 410] })
})

it('counts with the posts of its account, and not with those of the server', async () => {
  const before = await countPosts(server.ctx.db)
  const post = await createPost(server.ctx, carol, { text: 'Ours', visibility: 'unlisted' })
  await createPost(server.ctx, carol, { text: 'For followers', visibility: 'private' })
  await boost(post.id)
  expect(await countPosts(server.ctx.db, carol.id)).toBe(1)
  expect(await countPosts(server.ctx.db, bob.id)).toBe(1)
  expect(await countPosts(server.ctx.db)).toBe(before + 1)
})
