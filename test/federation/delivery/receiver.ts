import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A status, with headers where they matter; `hang` never answers, `drip` sends a byte a second for ever. */
export type Reply =
  number | { readonly status: number; readonly headers: OutgoingHttpHeaders } | 'hang' | 'drip'

export type Received = {
  readonly path: string
  readonly method: string
  readonly request: IncomingMessage
  readonly body: Buffer
  /** Milliseconds of `performance.now()`. */
  readonly at: number
}

/** A host on loopback that keeps what comes to its inboxes, in the order in which it came. */
export type Receiver = AsyncDisposable & {
  /** As the ledger names it. */
  readonly host: string
  readonly received: Received[]
  /** Bodies' `id`s. */
  ids(): string[]
  /** How many requests were under way at the same time at most. */
  busiest(): number
  url(path: string): string
  reply: (received: Received) => Reply | Promise<Reply>
}

export async function startReceiver(reply: Receiver['reply'] = () => 202): Promise<Receiver> {
  const drips = new Set<NodeJS.Timeout>()
  let under = 0
  let busiest = 0
  const server = createServer(async (request, response) => {
    busiest = Math.max(busiest, ++under)
    response.once('close', () => (under -= 1))
    const body = await buffer(request)
    const { url: path = '', method = '' } = request
    const received = { path, method, request, body, at: performance.now() }
    receiver.received.push(received)
    send(response, await receiver.reply(received), drips)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const receiver: Receiver = {
    host,
    received: [],
    ids: () => receiver.received.map(({ body }) => String(JSON.parse(String(body)).id)),
    busiest: () => busiest,
    url: (path) => `http://${host}${path}`,
    reply,
    [Symbol.asyncDispose]: async () => {
      for (const drip of drips) clearInterval(drip)
      const closed = once(server.close(), 'close')
      server.closeAllConnections()
      await closed
    },
  }
  return receiver
}

function send(response: ServerResponse, reply: Reply, drips: Set<NodeJS.Timeout>): void {
  if (reply === 'hang') return
  if (reply === 'drip') {
    response.writeHead(200, { 'content-length': '1000' })
    const drip = setInterval(() => response.write('.'), 1000)
    drips.add(drip)
    response.once('close', () => clearInterval(drip))
    return
  }
  if (typeof reply === 'number') response.writeHead(reply).end()
  else response.writeHead(reply.status, reply.headers).end()
}
