import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import type { Actor } from '../../src/store/actors.ts'
import type { Answer } from '../support/letters.ts'
import {
  confidential,
  expectIgnored,
  expectRefused,
  startWatchedServer,
  watch,
  type Seen,
  type WatchedServer,
} from '../support/oracle.ts'
import { createMember } from '../support/people.ts'
import { activityOf, createOf, noteOf, startRemoteServer } from '../support/remote-server.ts'
import type { RemoteActor, RemoteServer } from '../support/remote-server.ts'
import type { ServerOptions } from '../support/server.ts'

/**
 * Us, with `bob` and `carol`; an honest server with `alice`, whom bob follows and who knows us; and one that is not,
 * with `mal`, whose key we know as well.
 */
export type Scene = AsyncDisposable & {
  readonly server: WatchedServer
  readonly victim: RemoteServer
  readonly evil: RemoteServer
  readonly alice: RemoteActor
  readonly mal: RemoteActor
  readonly bob: Actor
  readonly bobUri: string
  readonly carol: Actor
  readonly carolUri: string
  /** Has `mal` post something, unless said otherwise, and demands that it is turned away. */
  refuses(activity: object, by?: RemoteActor): Promise<Answer>
  /** The same, and demands that it is taken and comes to nothing. */
  ignores(activity: object, by?: RemoteActor): Promise<Seen<Answer>>
  /** The same, and demands no more than that no harm is done. */
  takes(activity: object, by?: RemoteActor): Promise<Seen<Answer>>
  watch<T>(work: () => Promise<T>): Promise<Seen<T>>
  expectRefused(send: () => Promise<Answer>): Promise<Answer>
}

export async function startScene(options: ServerOptions = {}): Promise<Scene> {
  await using parts = new AsyncDisposableStack()
  const server = parts.use(await startWatchedServer(options))
  const victim = parts.use(await startRemoteServer())
  const evil = parts.use(await startRemoteServer())
  const surroundings = { world: [victim, evil] }
  const alice = await victim.addActor('alice')
  const mal = await evil.addActor('mal')
  const carol = await createMember(server.ctx, 'carol')
  await createMember(server.ctx, 'bob')
  const bob = await getAccount(server.ctx, 'bob')
  const scene = {
    ...{ server, victim, evil, alice, mal, bob, carol },
    bobUri: `${server.origin}/users/bob`,
    carolUri: `${server.origin}/users/carol`,
    refuses: (activity: object, by = mal) =>
      expectRefused(server, () => by.post(server, activity), surroundings),
    ignores: (activity: object, by = mal) =>
      expectIgnored(server, () => by.post(server, activity), surroundings),
    takes: (activity: object, by = mal) => watch(server, () => by.post(server, activity), surroundings),
    watch: <T>(work: () => Promise<T>) => watch(server, work, surroundings),
    expectRefused: (send: () => Promise<Answer>) => expectRefused(server, send, surroundings),
  }
  await befriend(scene, bob, alice)
  await mal.post(server, activityOf(mal, 'Like', { object: `${mal.uri}/nothing` }))
  await server.settle()
  for (const { arrivals } of [victim, evil]) arrivals.length = 0
  const owned = parts.move()
  return { ...scene, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** A member follows somebody of the honest server, who agrees. */
export async function befriend(
  { server, victim }: Pick<Scene, 'server' | 'victim'>,
  member: Actor,
  actor: RemoteActor,
): Promise<string> {
  await followActor(server.ctx, member, (await server.ctx.remote.resolveActor(actor.uri)) as Actor)
  await server.settle()
  const { id } = victim.received('Follow').at(-1)
  await actor.post(server, activityOf(actor, 'Accept', { object: id }))
  await server.settle()
  return id
}

/** A post of somebody's to one of us, in a Create. */
export function greeting(from: Pick<RemoteActor, 'uri'>, to: string, more: object = {}): Record<string, any> {
  return createOf(from, noteOf(from, { to: [to], cc: [], content: `<p>${confidential}</p>`, ...more }))
}

/** The post of that id as we have it. */
export function findPost({ server }: Pick<Scene, 'server'>, uri: string) {
  return server.ctx.db.selectFrom('remoteStatuses').selectAll().where('uri', '=', uri).executeTakeFirst()
}
