import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { lockAccount } from '../../src/domain/accounts/lock-account.ts'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
import { moveAccount } from '../../src/domain/moving/move-account.ts'
import { blockActor } from '../../src/domain/moderation/block-actor.ts'
import type { Actor } from '../../src/store/actors.ts'
import { createMember } from '../support/people.ts'
import { activityOf, type RemoteActor } from '../support/remote-server.ts'
import { befriend, startScene, type Scene } from './scene.ts'

let scene: Scene
let former: RemoteActor
let serial = 0

beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

/** Somebody of the honest server whom bob follows. */
beforeEach(async () => {
  former = await scene.victim.addActor(`former${++serial}`)
  await befriend(scene, scene.bob, former)
  for (const { arrivals } of [scene.victim, scene.evil]) arrivals.length = 0
})

const placeOf = (changes: object = {}) =>
  scene.evil.addActor(`place${serial}`, { alsoKnownAs: [former.uri], ...changes })
const move = (target: string, more: object = {}) =>
  activityOf(former, 'Move', { object: former.uri, target, ...more })

/** It may be noted that somebody said so; nobody follows anybody else for it. */
async function movesNobody(activity: object, by = former): Promise<void> {
  const { value, effects, fetches } = await scene.takes(activity, by)
  expect([202, 401]).toContain(value.status)
  expect(effects.filter((effect) => !effect.startsWith('inbox_messages'))).toEqual([])
  expect(fetches.length).toBeLessThanOrEqual(3)
  expect(scene.evil.received('Follow')).toEqual([])
}

describe('followers go along only', () => {
  it('to a place that names where they come from', async () => {
    const strangers = await placeOf({ alsoKnownAs: [] })
    await movesNobody(move(strangers.uri))
    const nearly = await scene.evil.addActor(`nearly${serial}`, {
      alsoKnownAs: [`${former.uri}/`, former.uri.toUpperCase()],
    })
    await movesNobody(move(nearly.uri))
  })

  it('by the word of the one who moves', async () => {
    const place = await placeOf()
    const said = { object: former.uri, target: place.uri }
    await movesNobody(activityOf(place, 'Move', said), place)
    await movesNobody(activityOf(scene.mal, 'Move', said), scene.mal)
    await movesNobody(move(place.uri), scene.mal)
    await movesNobody(move(place.uri, { object: scene.alice.uri }))
    await movesNobody(
      activityOf(place, 'Update', { object: { ...former.document, movedTo: place.uri } }),
      place,
    )
  })

  it('to an account, and one that is reached', async () => {
    for (const target of [
      '',
      'nonsense',
      'javascript:x',
      former.uri,
      `${scene.evil.origin}/nobody`,
      scene.server.origin,
    ])
      await movesNobody(move(target))
  })

  it('to a member who expects them', async () => {
    await movesNobody(move(scene.carolUri))
    await movesNobody(move(`${scene.server.origin}/actor`))
  })

  it('to nobody whom they block', async () => {
    const place = await placeOf()
    await blockActor(
      scene.server.ctx,
      scene.bob,
      (await scene.server.ctx.remote.resolveActor(place.uri)) as Actor,
    )
    await scene.server.settle()
    await scene.takes(move(place.uri), former)
    expect(scene.evil.received('Follow')).toEqual([])
  })

  it('to no member who blocks them, and to one who asks first only as a request', async () => {
    const { server, bob } = scene
    const blocker = await createMember(server.ctx, `blocker${serial}`)
    await addAlias(server.ctx, blocker, former.uri)
    await blockActor(server.ctx, blocker, bob)
    await scene.takes(move(`${server.origin}/users/${blocker.username}`), former)
    const between = (target: Actor) =>
      server.ctx.db
        .selectFrom('follows')
        .select('state')
        .where('followerId', '=', bob.id)
        .where('targetId', '=', target.id)
        .executeTakeFirst()
    expect(await between(blocker)).toBeUndefined()

    const other = await scene.victim.addActor(`other${serial}`)
    await befriend(scene, bob, other)
    const locked = await createMember(server.ctx, `locked${serial}`)
    await lockAccount(server.ctx, locked, true)
    await addAlias(server.ctx, locked, other.uri)
    const target = `${server.origin}/users/${locked.username}`
    await scene.takes(activityOf(other, 'Move', { object: other.uri, target }), other)
    expect(await between(locked)).toEqual({ state: 'pending' })
  })
})

it(
  'A member who moves tells each server once, however many follow and however often it is asked',
  { timeout: 90_000 },
  async () => {
    const { server, evil } = scene
    const mover = await createMember(server.ctx, `mover${serial}`)
    const moverUri = `${server.origin}/users/${mover.username}`
    const fans = await Promise.all(Array.from({ length: 20 }, (_, index) => evil.addActor(`fan${index}`)))
    for (const fan of fans) await fan.post(server, activityOf(fan, 'Follow', { object: moverUri }))
    const place = await evil.addActor('mover', { alsoKnownAs: [moverUri] })
    await server.settle()
    evil.arrivals.length = 0
    const ask = async () => moveAccount(server.ctx, await getAccount(server.ctx, mover.username), place.uri)
    await scene.watch(async () => {
      await Promise.allSettled([ask(), ask()])
      await server.settle()
      await ask().catch(() => undefined)
    })
    const ids = evil.received('Move').map(({ id }) => id as string)
    expect(ids).toHaveLength(1)
  },
)
