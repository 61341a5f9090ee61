import { expect } from 'vitest'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Visibility } from '../../src/db/schema.ts'
import type { Actor } from '../../src/store/actors.ts'
import { listInteractionCounts, type InteractionCounts } from '../../src/store/interaction-counts.ts'
import { createMember } from './people.ts'
import { activityOf, startRemoteServer } from './remote-server.ts'
import type { RemoteActor, RemoteServer } from './remote-server.ts'
import { startServer, type ServerOptions, type TestServer } from './server.ts'

/** Our server with bob on it, and two others. */
export type Meeting = AsyncDisposable & {
  readonly server: TestServer
  readonly remote: RemoteServer
  readonly elsewhere: RemoteServer
  readonly bob: Actor
  readonly bobUri: string
  /** Delivers what is accepted, and waits until it is done. */
  deliver(from: RemoteActor, activity: object, path?: string): Promise<void>
  /** Bob, or somebody else here, follows somebody there, who agrees. */
  follow(target: RemoteActor, follower?: Actor): Promise<void>
  /** A post of bob's, by its id and its URI. */
  say(text: string, visibility?: Visibility): Promise<{ id: string; uri: string }>
  counts(statusId: string): Promise<InteractionCounts | undefined>
}

export async function meet(options: ServerOptions = {}): Promise<Meeting> {
  await using parts = new AsyncDisposableStack()
  const server = parts.use(await startServer(options))
  const [remote, elsewhere] = [parts.use(await startRemoteServer()), parts.use(await startRemoteServer())]
  const bob = await createMember(server.ctx, 'bob')
  const bobUri = `${server.origin}/users/bob`
  const deliver: Meeting['deliver'] = async (from, activity, path = '/inbox') => {
    expect(await from.post(server, activity, { path })).toMatchObject({ status: 202, body: '' })
    await server.settle()
  }
  const owned = parts.move()
  return {
    server,
    remote,
    elsewhere,
    bob,
    bobUri,
    deliver,
    follow: async (target, follower = bob) => {
      await followActor(server.ctx, follower, (await server.ctx.remote.resolveActor(target.uri)) as Actor)
      await server.settle()
      const sent = [...remote.received('Follow'), ...elsewhere.received('Follow')]
      const { id } = sent.findLast(({ object }) => object === target.uri)
      await deliver(target, activityOf(target, 'Accept', { object: id }))
    },
    say: async (text, visibility = 'public') => {
      const { id } = await createPost(server.ctx, bob, { text, visibility })
      return { id, uri: `${bobUri}/statuses/${id}` }
    },
    counts: async (statusId) => (await listInteractionCounts(server.ctx.db, [statusId])).get(statusId),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Serves a document under the path of its id. */
export function publish(server: RemoteServer, document: Record<string, any>): void {
  const context = 'https://www.w3.org/ns/activitystreams'
  server.serve(new URL(document['id']).pathname, { '@context': context, ...document })
}

/** From now on the server says that there is nothing more under this id. */
export function withdraw(server: RemoteServer, id: string): void {
  server.serve(new URL(id).pathname, (_request, response) => void response.writeHead(410).end())
}
