import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Context } from '../../context.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import { ApiError } from '../errors.ts'
import type { Admission, Listener } from './admit.ts'
import { maxSubscriptions, maxSubscriptionsOfMember, maxWaiting, type Connection } from './connection.ts'
import type { StreamHub } from './hub.ts'
import { keyOf, type Subscription, type Wanted } from './streams.ts'

export const streamingPath = '/api/v1/streaming'

/** Bytes of a frame that apps send: they are short. */
const maxPayload = 4096
/** Frames that apps send in ten seconds. */
const frameLimit = { limit: 100, perMs: 10_000, maxKeys: 1 }

/** Whether a request asks for what `acceptUpgrade` answers; every other `Upgrade` is an ordinary request. */
export function isStreamingUpgrade({ url, headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && pathOf(url) === streamingPath
}

type Parts = { readonly ctx: Context; readonly hub: StreamHub; readonly admission: Admission }

/** @returns what answers an upgrade: with a WebSocket, or with an error before there is one */
export function acceptUpgrades(
  parts: Parts,
  networkOf: (request: IncomingMessage) => string,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, maxPayload, perMessageDeflate: false },
  })
  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const input = Object.fromEntries(new URLSearchParams(request.url?.split('?')[1] ?? ''))
    const listener = await parts.admission.admit(request, input, networkOf(request))
    server.handleUpgrade(request, socket, head, (webSocket) => open(parts, listener, webSocket, input))
  }
  return (request, socket, head) => {
    const ignore = () => undefined
    socket.on('error', ignore)
    if (!isStreamingUpgrade(request)) return refuse(socket, new ApiError(404, 'Not found'))
    accept(request, socket, head)
      .catch((error: unknown) => refuse(socket, toApiError(parts.ctx, error)))
      .finally(() => socket.off('error', ignore))
  }
}

function open(parts: Parts, listener: Listener, socket: WebSocket, input: Wanted): void {
  const connection = new SocketConnection(parts, listener, socket)
  parts.hub.add(connection)
  socket.once('close', () => parts.hub.remove(connection))
  if (input['stream'] !== undefined) connection.take({ ...input, type: 'subscribe' })
}

class SocketConnection implements Connection {
  readonly token
  readonly viewer
  readonly network
  readonly subscriptions = new Map<string, Subscription>()
  readonly #parts: Parts
  readonly #listener: Listener
  readonly #socket: WebSocket
  readonly #frames = createRateLimit(frameLimit)
  #isAlive = true
  /** Frames are answered one after the other. */
  #last: Promise<void> = Promise.resolve()

  constructor(parts: Parts, listener: Listener, socket: WebSocket) {
    this.#parts = parts
    this.#listener = listener
    this.#socket = socket
    this.token = listener.token
    this.viewer = listener.viewer
    this.network = listener.network
    socket.on('error', () => socket.terminate())
    socket.on('pong', () => (this.#isAlive = true))
    socket.on('message', (data, isBinary) => this.#read(String(data), isBinary))
  }

  send({ stream }: Subscription, { event, payload }: { event: string; payload?: string | undefined }): void {
    this.#write({ stream, event, ...(payload !== undefined && { payload }) })
  }

  close(code: number, reason: string): void {
    this.subscriptions.clear()
    this.#socket.close(code, reason)
    setTimeout(() => this.#socket.terminate(), 1000).unref()
  }

  ping(): void {
    if (!this.#isAlive) return this.#socket.terminate()
    this.#isAlive = false
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping()
  }

  #read(text: string, isBinary: boolean): void {
    if (isBinary) return this.close(1003, 'Frames are JSON')
    if (!this.#frames.take('')) return this.close(1008, 'Too many frames')
    this.#isAlive = true
    const frame = parse(text)
    if (frame === undefined) return this.#complain(new ApiError(400, 'Invalid JSON'))
    this.take(frame)
  }

  /** Does what a frame says, when those before it are done with. */
  take(frame: Wanted): void {
    this.#last = this.#last
      .then(() => this.#obey(frame))
      .catch((error: unknown) => this.#complain(toApiError(this.#parts.ctx, error)))
  }

  async #obey(frame: Wanted): Promise<void> {
    const { type } = frame
    if (type !== 'subscribe' && type !== 'unsubscribe') throw new ApiError(400, 'Unknown frame type')
    const subscription = await this.#parts.admission.subscribe(this.#listener, frame)
    const key = keyOf(subscription)
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (type === 'unsubscribe') this.subscriptions.delete(key)
    else if (!this.subscriptions.has(key)) this.#listenTo(key, subscription)
  }

  #listenTo(key: string, subscription: Subscription): void {
    const ofMember = this.#parts.hub.countSubscriptions(this.viewer.id)
    if (this.subscriptions.size >= maxSubscriptions || ofMember >= maxSubscriptionsOfMember)
      throw new ApiError(429, 'Too many streams')
    this.subscriptions.set(key, subscription)
  }

  #complain({ message, status }: ApiError): void {
    this.#write({ error: message, status })
  }

  #write(frame: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > maxWaiting) return this.#socket.terminate()
    this.#socket.send(JSON.stringify(frame))
  }
}

function parse(text: string): Wanted | undefined {
  try {
    const frame: unknown = JSON.parse(text)
    return typeof frame === 'object' && frame !== null ? (frame as Wanted) : undefined
  } catch {
    return undefined
  }
}

function pathOf(url = ''): string {
  return url.split('?', 1)[0]!.replace(/\/$/, '')
}

function toApiError({ log }: Context, error: unknown): ApiError {
  if (error instanceof ApiError) return error
  log.error({ err: error }, 'A stream could not be opened')
  return new ApiError(503, 'There was a temporary problem serving your request, please try again')
}

function refuse(socket: Duplex, { status, message, headers }: ApiError): void {
  const body = JSON.stringify({ error: message })
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...['Connection: close', 'Content-Type: application/json; charset=utf-8'],
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.once('finish', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
