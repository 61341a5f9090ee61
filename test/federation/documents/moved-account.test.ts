import { expect, it } from 'vitest'
import { getAccount } from '../../../src/domain/accounts/get-account.ts'
import { pinPost, unpinPost } from '../../../src/domain/featured/pin-post.ts'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { likeStatus } from '../../../src/domain/interactions/like-status.ts'
import { reactToStatus } from '../../../src/domain/interactions/react-to-status.ts'
import { vote } from '../../../src/domain/polls/vote.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { addAlias } from '../../../src/domain/moving/add-alias.ts'
import { cancelMove } from '../../../src/domain/moving/cancel-move.ts'
import { moveAccount } from '../../../src/domain/moving/move-account.ts'
import { removeAlias } from '../../../src/domain/moving/remove-alias.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { listFeaturedIds } from '../../../src/store/featured.ts'
import { findFollowBetween } from '../../../src/store/follows.ts'
import { listInteractionCounts } from '../../../src/store/interaction-counts.ts'
import { activityType, send } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, type RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

let clock = Date.now()
const { server, remote, bob } = await use(meet({ parts: { now: () => new Date(clock) } }))
const next = await remote.addActor('bob')
const fan = await remote.addActor('fan')
const carol = await createMember(server.ctx, 'carol')
await deliver(fan, activityOf(fan, 'Follow', { object: `${server.origin}/users/bob` }))
await followActor(server.ctx, carol, bob)

let own: { id: string }

async function deliver(from: RemoteActor, activity: object): Promise<void> {
  expect((await from.post(server, activity, { date: new Date(clock) })).status).toBe(202)
  await server.settle()
}

const self = () => getAccount(server.ctx, 'bob')

async function read(path: string, accept = activityType): Promise<string> {
  const answer = await send(server.port, { path, headers: { host: new URL(server.origin).host, accept } })
  expect(answer.status).toBe(200)
  return answer.body
}

it('Aliases stand in the actor document, as a list, and are told to followers', async () => {
  const other = await remote.addActor('other')
  expect(JSON.parse(await read('/users/bob')).alsoKnownAs).toEqual([])
  expect(await addAlias(server.ctx, bob, next.uri)).toBe(next.uri)
  await addAlias(server.ctx, bob, next.uri)
  await addAlias(server.ctx, bob, other.uri)
  await server.settle()
  expect(remote.received('Update')).toHaveLength(2)
  expect(JSON.parse(await read('/users/bob')).alsoKnownAs).toEqual([next.uri, other.uri])
  expect(await removeAlias(server.ctx, await self(), other.uri)).toBe(other.uri)
  await expect(removeAlias(server.ctx, await self(), other.uri)).rejects.toMatchObject({ code: 'not_found' })
  await expect(addAlias(server.ctx, bob, 'carol')).rejects.toMatchObject({ code: 'invalid' })
  expect(JSON.parse(await read('/users/bob')).alsoKnownAs).toEqual([next.uri])
})

it('What it said before is there to be pinned', async () => {
  own = await createPost(server.ctx, bob, { text: 'Before', visibility: 'public' })
  await pinPost(server.ctx, bob, own.id)
  await unpinPost(server.ctx, bob, own.id)
})

it('An account moves only to where it is expected', async () => {
  await expect(moveAccount(server.ctx, bob, next.uri)).rejects.toMatchObject({ code: 'invalid' })
  await expect(moveAccount(server.ctx, bob, 'carol')).rejects.toMatchObject({ code: 'invalid' })
  expect((await self()).movedTo).toBeNull()
  expect(remote.received('Move')).toEqual([])
})

it('Followers are told by an Update and then by a Move, all addresses being strings', async () => {
  next.document['alsoKnownAs'] = [`${server.origin}/users/bob`]
  await server.settle()
  remote.arrivals.length = 0
  expect(await moveAccount(server.ctx, bob, next.uri)).toBe(next.uri)
  await server.settle()
  const uri = `${server.origin}/users/bob`
  const said = remote.received().filter(({ type }) => ['Update', 'Move'].includes(type))
  expect(said.map(({ type }) => type)).toEqual(['Update', 'Move'])
  expect(said[0].object).toMatchObject({ id: uri, movedTo: next.uri })
  expect(said[1]).toMatchObject({
    id: `${uri}#moves/${clock}`,
    actor: uri,
    object: uri,
    target: next.uri,
    to: [`${uri}/followers`],
    cc: ['https://www.w3.org/ns/activitystreams#Public'],
  })
})

it('Members who follow it go along', async () => {
  const [moved] = remote.received('Follow')
  expect(moved).toMatchObject({ actor: `${server.origin}/users/carol`, object: next.uri })
  expect(await findFollowBetween(server.ctx.db, carol.id, bob.id)).toBeUndefined()
})

it('It is found as before, and says where it is; it says and follows nothing more, and nobody new follows it', async () => {
  const handle = encodeURIComponent(`acct:bob@${new URL(server.origin).host}`)
  expect(await read(`/.well-known/webfinger?resource=${handle}`)).toContain('/users/bob')
  expect(JSON.parse(await read('/users/bob'))).toMatchObject({ movedTo: next.uri })
  expect(await read('/@bob', 'text/html')).toContain(`href="${next.uri}"`)
  const account = await self()
  await expect(
    createPost(server.ctx, account, { text: 'Hello', visibility: 'public' }),
  ).rejects.toMatchObject({ code: 'forbidden' })
  const post = await createPost(server.ctx, carol, { text: 'Hi', visibility: 'public' })
  const acts = [
    boostStatus,
    likeStatus,
    (...[ctx, who, id]: Parameters<typeof likeStatus>) => reactToStatus(ctx, who, id, '🔥'),
  ]
  for (const act of acts)
    await expect(act(server.ctx, account, post.id)).rejects.toMatchObject({ code: 'forbidden' })
  const poll = { options: ['Tea', 'Coffee'], multiple: false, endsInSeconds: 600 }
  const question = await createPost(server.ctx, carol, { text: 'What?', visibility: 'public', poll })
  await expect(vote(server.ctx, account, question.id, [0])).rejects.toMatchObject({ code: 'forbidden' })
  await expect(pinPost(server.ctx, account, own.id)).rejects.toMatchObject({ code: 'forbidden' })
  const counts = await listInteractionCounts(server.ctx.db, [post.id])
  expect(counts.get(post.id)).toMatchObject({ likes: 0, boosts: 0, reactions: [] })
  expect(await listFeaturedIds(server.ctx.db, account.id, 5)).toEqual([])
  await expect(followActor(server.ctx, account, carol)).rejects.toMatchObject({ code: 'forbidden' })
  const late = await remote.addActor('late')
  const follow = activityOf(late, 'Follow', { object: `${server.origin}/users/bob` })
  await deliver(late, follow)
  expect(remote.received('Reject')).toMatchObject([{ object: { id: follow['id'] } }])
})

it('The redirect is taken back at any time, but the next move waits for thirty days after the last', async () => {
  await cancelMove(server.ctx, await self())
  await server.settle()
  expect(JSON.parse(await read('/users/bob'))).not.toHaveProperty('movedTo')
  await createPost(server.ctx, await self(), { text: 'Back', visibility: 'public' })
  await expect(cancelMove(server.ctx, await self())).rejects.toMatchObject({ code: 'conflict' })
  clock += 30 * 24 * 3600_000 - 1000
  await expect(moveAccount(server.ctx, await self(), next.uri)).rejects.toMatchObject({ code: 'limited' })
  clock += 1000
  expect(await moveAccount(server.ctx, await self(), next.uri)).toBe(next.uri)
})
