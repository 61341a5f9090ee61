import activitypubExpress from 'activitypub-express'
import type { Apex, ApexObject } from 'activitypub-express'
import express from 'express'
import { once } from 'node:events'
import type { EventEmitter } from 'node:events'
import { makeApexActor } from './apex-actor.ts'
import type { ApexActor } from './apex-actor.ts'
import { ApexStore } from './apex-store.ts'
import { freePort } from './free-port.ts'

const ROUTES = {
  actor: '/u/:actor',
  object: '/o/:id',
  activity: '/s/:id',
  inbox: '/inbox/:actor',
  outbox: '/outbox/:actor',
  followers: '/followers/:actor',
  following: '/following/:actor',
  liked: '/liked/:actor',
  collections: '/u/:actor/c/:id',
  blocked: '/blocked/:actor',
  rejections: '/rejections/:actor',
  rejected: '/rejected/:actor',
  shares: '/s/:id/shares',
  likes: '/s/:id/likes',
}

export interface ApexServer extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  createActor(name: string): Promise<ApexActor>
  /** Contexts that it met and that nobody gave it. */
  unknownContexts(): string[]
  log(): string
}

/**
 * A small server on activitypub-express (https://github.com/immers-space/activitypub-express), an ActivityPub
 * library independent of ours. It verifies what comes in, accepts every Follow, and keeps all in memory.
 * @param options.origin public origin behind a TLS proxy; `http://localhost:PORT` unless given
 */
export async function startApex(options: { port?: number; origin?: string } = {}): Promise<ApexServer> {
  const port = options.port ?? (await freePort())
  const origin = options.origin ?? `http://localhost:${port}`
  const store = new ApexStore()
  const lines: string[] = []
  const note = (...words: unknown[]) => void lines.push(words.map(String).join(' '))
  const apex = activitypubExpress({
    name: 'apex',
    version: '4.4.2',
    domain: new URL(origin).host,
    baseUrl: origin,
    actorParam: 'actor',
    objectParam: 'id',
    routes: ROUTES,
    store,
    logger: { info: note, warn: note, error: note },
  })
  const server = buildApp(apex, note).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin,
    port,
    createActor: (name) => makeApexActor(apex, store, name),
    unknownContexts: () => [...store.unknownContexts],
    log: () => lines.join('\n'),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function buildApp(apex: Apex, note: (...words: unknown[]) => void) {
  const app = express()
  // In express's own "development" it would let unsigned activities in.
  app.set('env', 'production')
  app.use((request, _response, next) => {
    note(request.method, request.url)
    next()
  })
  app.use(express.json({ type: apex.consts.jsonldTypes }), apex)
  for (const [resource, path] of Object.entries(ROUTES)) {
    const handlers = apex.net[resource === 'activity' ? 'activityStream' : resource]
    if (handlers?.get) app.get(path, handlers.get)
  }
  app.post(ROUTES.inbox, apex.net.inbox!.post)
  app.get('/.well-known/webfinger', apex.net.webfinger!.get)
  app.get('/.well-known/nodeinfo', apex.net.nodeInfoLocation!.get)
  app.get('/nodeinfo/:version', apex.net.nodeInfo!.get)
  const events: EventEmitter = app
  events.on('apex-inbox', (event: InboxEvent) => {
    acceptFollow(apex, event).catch(note)
  })
  return app
}

interface InboxEvent {
  actor: ApexObject
  activity: ApexObject
  recipient: ApexObject
}

/** The library leaves the answer to its application; ours says yes, and names the Follow by its id alone. */
async function acceptFollow(apex: Apex, { actor, activity, recipient }: InboxEvent) {
  if (activity.type !== 'Follow') return
  const accept = await apex.buildActivity('Accept', recipient.id, [actor.id], { object: activity.id })
  const { postTask: announceFollowers } = await apex.acceptFollow(recipient, activity)
  await apex.addToOutbox(recipient, accept)
  await announceFollowers()
}
