import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { instanceUsername } from '../../../src/domain/accounts/addresses.ts'
import { getActorByName } from '../../../src/domain/accounts/get-actor-by-name.ts'
import { DomainError } from '../../../src/lib/errors.ts'
import { findRemoteActor, findRemoteActorByHandle, type Actor } from '../../../src/store/actors.ts'
import { createTestContext, silentWorld, testOrigin, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let bob: Stranger

beforeAll(async () => {
  world = await createTestContext()
  ctx = {
    ...world.ctx,
    remote: { ...silentWorld, resolveHandle: askStore, resolveActor: findByUri },
  }
  alice = await createMember(ctx, 'alice')
  bob = await createStranger(ctx, 'bob')
})
afterAll(() => world.close())

function findByUri(uri: string): Promise<Actor | undefined> {
  return findRemoteActor(ctx.db, uri)
}

/** Answers as other servers would, with what we know of them. */
async function askStore(handle: string): Promise<Actor> {
  const [username = '', domain = ''] = handle.split('@')
  const actor = await findRemoteActorByHandle(ctx.db, username, domain)
  if (actor === undefined) throw new DomainError('not_found', 'Nobody.')
  return actor
}

test.each(['alice', '@Alice', 'alice@home.example', '@alice@HOME.example', `${testOrigin}/users/alice`])(
  '%s lives here',
  async (name) => {
    expect(await getActorByName(ctx, name)).toEqual(alice)
  },
)

test.each(['bob@away.example', '@bob@away.example', 'https://away.example/users/bob'])(
  '%s lives elsewhere',
  async (name) => {
    expect(await getActorByName(ctx, name)).toEqual(bob)
  },
)

test.each([
  'nobody',
  '@nobody@home.example',
  'nobody@away.example',
  `${testOrigin}/users/nobody`,
  'https://away.example/users/nobody',
  instanceUsername,
  '',
])('%j is nobody', async (name) => {
  await expect(getActorByName(ctx, name)).rejects.toMatchObject({ code: 'not_found' })
})
