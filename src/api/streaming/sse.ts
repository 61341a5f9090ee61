import express, { type Request, type Response, type Router } from 'express'
import type { Context } from '../../context.ts'
import { clientNetwork } from '../../lib/client-network.ts'
import { readQuery } from '../body.ts'
import { allowAnyOrigin } from '../cors.ts'
import { answerApiError } from '../errors.ts'
import { tooManyStreams, type Admission, type Listener } from './admit.ts'
import { maxWaiting, type Connection, type Message } from './connection.ts'
import type { StreamHub } from './hub.ts'
import { keyOf, type StreamName, type Subscription } from './streams.ts'
import { streamingPath } from './websocket.ts'

/** By path; `only_media` narrows those of what is public. */
export const streamOf: Readonly<Record<string, StreamName>> = {
  user: 'user',
  'user/notification': 'user:notification',
  public: 'public',
  'public/local': 'public:local',
  'public/remote': 'public:remote',
  hashtag: 'hashtag',
  'hashtag/local': 'hashtag:local',
  list: 'list',
  direct: 'direct',
}

/** Proxies and browsers give up on what is silent. */
const thumpMs = 15_000

/** Streams as Server-Sent Events: one for each request. https://docs.joinmastodon.org/methods/streaming/#streams */
export function eventSources(ctx: Context, hub: StreamHub, admission: Admission): Router {
  const router = express.Router({ caseSensitive: true })
  router.use(streamingPath, allowAnyOrigin)
  router.get(`${streamingPath}/health`, (_request, response) => {
    response.type('text/plain').set('Cache-Control', 'private, no-store').send('OK')
  })
  for (const [path, stream] of Object.entries(streamOf)) {
    router.get(`${streamingPath}/${path}`, async (request, response) => {
      const input = readQuery(request)
      const listener = await admission.admit(request, input, clientNetwork(request.ip ?? ''))
      const isNarrowed = stream.startsWith('public') && ['true', '1'].includes(String(input['only_media']))
      const wanted = { ...input, stream: isNarrowed ? `${stream}:media` : stream }
      begin(hub, listener, await admission.subscribe(listener, wanted), request, response)
    })
  }
  router.use(streamingPath, answerApiError(ctx))
  return router
}

function begin(
  hub: StreamHub,
  listener: Listener,
  subscription: Subscription,
  request: Request,
  response: Response,
): void {
  // Whoever left while they were looked up is not waited for, and nobody tells of it any more.
  if (response.destroyed) return
  if (!hub.hasRoom(listener)) throw tooManyStreams()
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'private, no-store',
    // Nginx would hold the events back until they fill a buffer.
    'X-Accel-Buffering': 'no',
  })
  response.write(':)\n')
  request.socket.setTimeout(0)
  const connection = new EventSourceConnection(listener, subscription, response)
  hub.add(connection)
  const thumps = setInterval(() => connection.thump(), thumpMs).unref()
  response.once('close', () => {
    clearInterval(thumps)
    hub.remove(connection)
  })
}

class EventSourceConnection implements Connection {
  readonly token
  readonly viewer
  readonly network
  readonly subscriptions: ReadonlyMap<string, Subscription>
  readonly #response: Response

  constructor({ token, viewer, network }: Listener, subscription: Subscription, response: Response) {
    this.token = token
    this.viewer = viewer
    this.network = network
    this.subscriptions = new Map([[keyOf(subscription), subscription]])
    this.#response = response
  }

  send(_subscription: Subscription, { event, payload = '' }: Message): void {
    this.#write(`event: ${event}\ndata: ${payload}\n\n`)
  }

  thump(): void {
    this.#write(':thump\n')
  }

  close(): void {
    this.#response.end()
    setTimeout(() => this.#response.destroy(), 1000).unref()
  }

  /** Whether somebody is there shows by what waits. */
  ping(): void {}

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return
    if (this.#response.writableLength > maxWaiting) this.#response.destroy()
    else this.#response.write(text)
  }
}
