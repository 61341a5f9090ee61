import type { ServerResponse } from 'node:http'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { blockDomain } from '../../../src/domain/moderation/block-domain.ts'
import { addAlias } from '../../../src/domain/moving/add-alias.ts'
import { confirmMove } from '../../../src/domain/moving/confirm-move.ts'
import { findRemoteActor, type Actor } from '../../../src/store/actors.ts'
import { findFollowBetween, upsertFollow } from '../../../src/store/follows.ts'
import { findMoveState } from '../../../src/store/moves.ts'
import { createMember } from '../../support/people.ts'
import {
  activityOf,
  startRemoteServer,
  type RemoteActor,
  type RemoteServer,
} from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

let clock = Date.now()
const server = await use(startServer({ parts: { now: () => new Date(clock) } }))

let oldHome: RemoteServer
let newHome: RemoteServer
let former: RemoteActor
let present: RemoteActor
let fan: Actor
let serial = 0

/** Every test has servers and people of its own. */
beforeEach(async () => {
  clock = Date.now()
  oldHome = await startRemoteServer()
  newHome = await startRemoteServer()
  former = await oldHome.addActor('alice')
  present = await newHome.addActor('alice', { alsoKnownAs: [former.uri] })
  fan = await createMember(server.ctx, `fan${++serial}`)
  await follow(fan, former)
  return async () => {
    await oldHome[Symbol.asyncDispose]()
    await newHome[Symbol.asyncDispose]()
  }
})

const known = async (actor: RemoteActor) => (await server.ctx.remote.resolveActor(actor.uri)) as Actor

async function follow(who: Actor, whom: RemoteActor): Promise<void> {
  await followActor(server.ctx, who, await known(whom))
  await server.settle()
  const asked = (whom === former ? oldHome : newHome).received('Follow').at(-1)
  const accept = activityOf(whom, 'Accept', { object: asked.id })
  await deliver(whom, accept)
}

async function deliver(from: RemoteActor, activity: object): Promise<void> {
  expect((await from.post(server, activity, { date: new Date(clock) })).status).toBe(202)
  await server.settle()
}

const move = (more: object = {}) =>
  activityOf(former, 'Move', { object: former.uri, target: present.uri, ...more })

/** Whom the fan follows, and whether they were let in. */
async function follows(): Promise<string[]> {
  const rows = await server.ctx.db
    .selectFrom('follows')
    .select(['targetUri', 'state'])
    .where('followerId', '=', fan.id)
    .execute()
  return rows.map(({ targetUri, state }) => `${targetUri} ${state}`).toSorted()
}

const stayed = () => [`${former.uri} accepted`]
const went = () => [`${present.uri} pending`]

describe('somebody who moved', () => {
  it('is followed where they are now, whatever became of their former server', async () => {
    await oldHome[Symbol.asyncDispose]()
    await deliver(former, move())
    expect(await follows()).toEqual(went())
    expect(newHome.received('Follow')).toMatchObject([{ object: present.uri }])
    const state = await findMoveState(server.ctx.db, (await known(former)).id)
    expect(state).toMatchObject({ movedToId: (await known(present)).id, movedAt: new Date(clock) })
    expect((await findRemoteActor(server.ctx.db, former.uri))?.movedTo).toBe(present.uri)
  })

  it('is unfollowed where they were, and nothing else is asked there', async () => {
    oldHome.arrivals.length = 0
    await deliver(former, move({ object: { ...former.document } }))
    expect(await follows()).toEqual(went())
    expect(oldHome.received('Undo')).toMatchObject([{ object: { type: 'Follow', object: former.uri } }])
    expect(oldHome.fetched()).toEqual([])
  })

  it('is taken at their word once: the same Move again, and another one soon, change nothing', async () => {
    const said = move()
    await deliver(former, said)
    await deliver(former, said)
    const elsewhere = await newHome.addActor('other', { alsoKnownAs: [former.uri] })
    const second = await createMember(server.ctx, `second${serial}`)
    const left = { targetId: (await known(former)).id, targetUri: former.uri, state: 'accepted' }
    await transact(server.ctx, (tx) =>
      upsertFollow(tx.db, { id: tx.newId(), followerId: second.id, ...left, createdAt: tx.now() }),
    )
    newHome.arrivals.length = 0
    await deliver(former, move({ target: elsewhere.uri }))
    expect(newHome.arrivals).toEqual([])
    clock += 7 * 24 * 3600_000
    await deliver(former, move({ target: elsewhere.uri }))
    expect(newHome.received('Follow')).toMatchObject([{ object: elsewhere.uri }])
    expect(await follows()).toEqual(went())
  })

  it('may say so by an Update of themselves', async () => {
    const object = { ...former.document, movedTo: present.uri }
    await deliver(former, activityOf(former, 'Update', { object }))
    expect(await follows()).toEqual(went())
  })

  it('keeps who follows the new place already, and who follows it at once', async () => {
    await follow(fan, present)
    newHome.arrivals.length = 0
    await deliver(former, move())
    expect(await follows()).toEqual([`${present.uri} accepted`])
    expect(newHome.received('Follow')).toEqual([])
  })

  it('may have moved here: members follow the account here', async () => {
    const member = await createMember(server.ctx, `alice${serial}`)
    await addAlias(server.ctx, member, former.uri)
    await deliver(former, move({ target: `${server.origin}/users/${member.username}` }))
    expect(await findFollowBetween(server.ctx.db, fan.id, member.id)).toMatchObject({ state: 'accepted' })
    expect(await findFollowBetween(server.ctx.db, fan.id, (await known(former)).id)).toBeUndefined()
  })
})

describe('a move that was carried out', () => {
  const day = 24 * 3600_000
  const redirect = async () => {
    const { id, movedTo } = (await findRemoteActor(server.ctx.db, former.uri))!
    return { movedTo, movedToId: (await findMoveState(server.ctx.db, id))?.movedToId }
  }
  const stands = async () => ({ movedTo: present.uri, movedToId: (await known(present)).id })
  const over = { movedTo: null, movedToId: null }
  const update = (more: object = {}) =>
    activityOf(former, 'Update', { object: { ...former.document, ...more } })

  it('outlives documents that do not speak of it, for thirty days', async () => {
    await deliver(former, move())
    clock += 29 * day
    await server.ctx.remote.resolveActor(former.uri)
    expect(oldHome.fetched()).toContain('/users/alice')
    expect(await redirect()).toEqual(await stands())
    expect(await server.ctx.remote.refreshActor(former.uri)).toMatchObject({ movedTo: null })
    expect(await redirect()).toEqual(await stands())
    clock += 2 * day
    await server.ctx.remote.refreshActor(former.uri)
    expect(await redirect()).toEqual(over)
  })

  it('outlives also a document that names another place, until that agrees', async () => {
    await deliver(former, move())
    former.document['movedTo'] = `${newHome.origin}/users/other`
    clock += 2 * day
    await server.ctx.remote.resolveActor(former.uri)
    expect(await redirect()).toEqual(await stands())
  })

  it('is taken back by an Update that does not name it any more, and not by one of somebody else', async () => {
    await deliver(former, move())
    await deliver(former, update({ movedTo: present.uri }))
    expect(await redirect()).toEqual(await stands())
    const mal = await oldHome.addActor('mal')
    await deliver(mal, activityOf(mal, 'Update', { object: former.document }))
    expect(await redirect()).toEqual(await stands())
    const cancel = update()
    for (const _ of [1, 2]) await deliver(former, cancel)
    expect(await redirect()).toEqual(over)
    // Whoever followed them there stays there.
    expect(await follows()).toEqual(went())
    expect((await findMoveState(server.ctx.db, (await known(former)).id))?.movedAt).not.toBeNull()
  })

  it('is over when they move back, also where nobody told us that they took it back', async () => {
    await deliver(former, move())
    const accepted = newHome.received('Follow').at(-1)
    await deliver(present, activityOf(present, 'Accept', { object: accepted.id }))
    former.document['alsoKnownAs'] = [present.uri]
    await deliver(present, activityOf(present, 'Move', { object: present.uri, target: former.uri }))
    expect(await follows()).toEqual([`${former.uri} pending`])
    expect(await redirect()).toEqual(over)
  })

  it('that was only claimed ends with the claim', async () => {
    former.document['movedTo'] = `${newHome.origin}/users/nobody`
    clock += 2 * day
    await server.ctx.remote.resolveActor(former.uri)
    expect(await redirect()).toEqual({ movedTo: `${newHome.origin}/users/nobody`, movedToId: null })
    delete former.document['movedTo']
    clock += 2 * day
    await server.ctx.remote.refreshActor(former.uri)
    expect(await redirect()).toEqual(over)
  })
})

describe('nobody is moved', () => {
  const refused = async (said: object, by: RemoteActor = former) => {
    await deliver(by, said)
    expect(await follows()).toEqual(stayed())
    expect(newHome.received('Follow')).toEqual([])
  }

  it('by somebody else', async () => {
    const mal = await oldHome.addActor('mal')
    await refused(activityOf(mal, 'Move', { object: former.uri, target: present.uri }), mal)
    await refused({ ...activityOf(present, 'Move', { object: former.uri, target: present.uri }) }, present)
    const forged = activityOf(former, 'Move', { object: former.uri, target: present.uri })
    expect((await mal.post(server, forged)).status).toBe(401)
    await server.settle()
    expect(await follows()).toEqual(stayed())
  })

  it('to a place that does not know them', async () => {
    present.document['alsoKnownAs'] = [`${former.uri}2`]
    await refused(move())
  })

  it('on what we remember of the new place, rather than what it says', async () => {
    await known(present)
    present.document['alsoKnownAs'] = []
    await refused(move())
  })

  it('to an account here that does not know them', async () => {
    const member = await createMember(server.ctx, `alice${serial}`)
    await refused(move({ target: `${server.origin}/users/${member.username}` }))
    expect(await findFollowBetween(server.ctx.db, fan.id, member.id)).toBeUndefined()
  })

  it('to a place that has moved on, or is gone, or is not what it is asked for as', async () => {
    present.document['movedTo'] = `${newHome.origin}/users/third`
    await refused(move())
    await refused(move({ target: `${newHome.origin}/users/nobody` }))
    newHome.serve('/users/mask', present.document)
    await refused(move({ target: `${newHome.origin}/users/mask` }))
  })

  it('nowhere, and not to where they are', async () => {
    await refused(activityOf(former, 'Move', { object: former.uri }))
    await refused(move({ target: former.uri }))
    await refused(move({ target: 'nonsense' }))
    await refused(activityOf(former, 'Move', { target: present.uri, object: `${former.uri}/x` }))
  })

  it('to somebody whom they block', async () => {
    await blockActor(server.ctx, fan, await known(present))
    await refused(move())
  })

  it('to a blocked server, which is not even asked', async () => {
    await blockDomain(server.ctx, new URL(newHome.origin).host, '')
    newHome.arrivals.length = 0
    await refused(move())
    expect(newHome.arrivals).toEqual([])
  })
})

describe('a place that says that somebody moved to it', () => {
  const pull = (more: object = {}) =>
    activityOf(present, 'Move', { object: former.uri, target: present.uri, ...more })

  it('is followed when the one who moved says the same', async () => {
    former.document['movedTo'] = present.uri
    for (const _ of [1, 2]) await deliver(present, pull())
    expect(await follows()).toEqual(went())
    expect(newHome.received('Follow')).toHaveLength(1)
  })

  it('is followed by their last word when their server does not answer any more', async () => {
    former.document['movedTo'] = present.uri
    await server.ctx.remote.refreshActor(former.uri)
    await oldHome[Symbol.asyncDispose]()
    await deliver(present, pull())
    expect(await follows()).toEqual(went())
  })

  // The same claim is looked at once a minute: each has people of its own.
  it.each([
    ['alone', () => ({})],
    ['by an alias there, which leads from here to them', () => ({ alsoKnownAs: [present.uri] })],
    ['when they name another place', () => ({ movedTo: `${newHome.origin}/users/other` })],
    ['when they name where they are', () => ({ movedTo: former.uri })],
  ])('is not believed %s', async (_when, said) => {
    Object.assign(former.document, said())
    await deliver(present, pull())
    expect(oldHome.fetched()).toContain('/users/alice')
    expect(await follows()).toEqual(stayed())
    expect(newHome.received('Follow')).toEqual([])
  })

  it('is not believed when it does not name them as an alias', async () => {
    former.document['movedTo'] = present.uri
    present.document['alsoKnownAs'] = []
    await deliver(present, pull())
    expect(await follows()).toEqual(stayed())
  })

  it('is not believed from anybody else', async () => {
    const mal = await newHome.addActor('mal', { alsoKnownAs: [former.uri] })
    former.document['movedTo'] = present.uri
    oldHome.arrivals.length = 0
    await deliver(mal, activityOf(mal, 'Move', { object: former.uri, target: present.uri }))
    expect(oldHome.fetched()).toEqual([])
    await deliver(mal, activityOf(mal, 'Move', { object: former.uri, target: mal.uri }))
    expect((await mal.post(server, pull())).status).toBe(401)
    await server.settle()
    expect(await follows()).toEqual(stayed())
    expect(newHome.received('Follow')).toEqual([])
  })

  it('makes nobody ask for whom nobody here follows, and counts for nothing once their server is gone', async () => {
    const stranger = await oldHome.addActor('stranger', { movedTo: present.uri })
    oldHome.arrivals.length = 0
    await deliver(present, pull({ object: stranger.uri }))
    expect(oldHome.fetched()).toEqual([])
    await oldHome[Symbol.asyncDispose]()
    await deliver(present, pull())
    expect(await follows()).toEqual(stayed())
    expect(newHome.received('Follow')).toEqual([])
  })

  it('is not believed where they have a tombstone', async () => {
    former.document['movedTo'] = present.uri
    await server.ctx.remote.refreshActor(former.uri)
    oldHome.serve('/users/alice', (_request: unknown, response: ServerResponse) => {
      response.writeHead(410).end()
    })
    await deliver(present, pull())
    expect(await follows()).toEqual(stayed())
  })
})

it('A new place that does not answer now is asked again', async () => {
  newHome.serve('/users/alice', (_request: unknown, response: ServerResponse) => {
    response.writeHead(503).end()
  })
  await deliver(former, move())
  expect(await follows()).toEqual(stayed())
  const waiting = await sql<{ data: { actorId: string; targetUri: string } }>`
    select data from pgboss.job where name = 'actor.moving' and state = 'retry'`.execute(server.ctx.db)
  expect(waiting.rows).toEqual([{ data: { actorId: (await known(former)).id, targetUri: present.uri } }])
  newHome.serve('/users/alice', present.document)
  await confirmMove(server.ctx, waiting.rows[0]!.data)
  await server.settle()
  expect(await follows()).toEqual(went())
})
