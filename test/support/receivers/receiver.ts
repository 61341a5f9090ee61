import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getSigned } from '../letters.ts'
import { makeFan, type Fan } from './fan.ts'

export type Json = Record<string, any>

/** A request to an inbox. */
export type Arrived = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'httpVersion'> & {
  readonly bytes: Buffer
  readonly activity: Json
}

/** Refuses a request: what the sender is told. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Of whom it read: what they said last, and when it asked. */
export type Known = { document: Json; fetchedAt: number; movedTo?: string; movedAt?: number }

export type PublicKey = { readonly id: string; readonly owner: string; readonly pem: string }

/** A class of receivers: how one kind of server decides whom to believe and what to do. */
export type Kind = {
  /** As people call it. */
  readonly name: string
  /** As NodeInfo names it. */
  readonly software: string
  readonly version: string
  readonly sharedInbox: boolean
  /** Whether it lets followers go from who moved, once they follow the new place. */
  readonly unfollows?: boolean
  /**
   * @returns the activity as it is believed, or undefined to let it pass without effect
   * @throws Refused
   */
  believe(receiver: Receiver, request: Arrived): Promise<Json | undefined>
  /** What it does with what it believes, beside answers to its own Follows. By type. */
  readonly acts: Readonly<Record<string, (receiver: Receiver, activity: Json) => Promise<void>>>
}

/** A server of that kind on loopback, with people who follow others. */
export type Receiver = AsyncDisposable & {
  readonly kind: Kind
  readonly origin: string
  readonly host: string
  readonly fans: Map<string, Fan>
  readonly actors: Map<string, Known>
  readonly keys: Map<string, PublicKey>
  /** All that arrived in its inboxes, with what it answered. */
  readonly arrivals: { readonly path: string; readonly activity: Json; status?: number }[]
  /** What it decided, and why. */
  readonly notes: string[]
  /** Milliseconds since 1970. */
  now(): number
  addFan(name: string): Promise<Fan>
  /** GETs a document, signed by somebody of its own. @throws Error when nobody answers */
  fetch(uri: string): Promise<Json>
  /** Reads somebody, and keeps what they say and their keys. @throws Error */
  fetchActor(uri: string): Promise<Known>
  /** Whether anybody here follows them. */
  isFollowed(uri: string): boolean
  /** Lets all who follow one follow another. */
  migrate(from: string, to: string): Promise<void>
  /** When all that arrived is acted on. */
  settle(): Promise<void>
}

export type ReceiverOptions = { readonly now?: () => number }

export async function startReceiver(kind: Kind, options: ReceiverOptions = {}): Promise<Receiver> {
  const busy = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    void answer(receiver, request, busy).then(({ status, document }) => {
      response.writeHead(status, { 'content-type': typeOf(request.url ?? '') })
      response.end(document && JSON.stringify(document))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `localhost:${(server.address() as AddressInfo).port}`
  const receiver: Receiver = {
    kind,
    origin: `http://${host}`,
    host,
    fans: new Map(),
    actors: new Map(),
    keys: new Map(),
    arrivals: [],
    notes: [],
    now: options.now ?? Date.now,
    addFan: (name) => makeFan(receiver, name),
    fetch: (uri) => fetchSigned(receiver, uri),
    fetchActor: (uri) => fetchActor(receiver, uri),
    isFollowed: (uri) => [...receiver.fans.values()].some((fan) => fan.following.has(uri)),
    migrate: (from, to) => migrate(receiver, from, to),
    settle: async () => {
      while (busy.size > 0) await Promise.all(busy)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

type Reply = { readonly status: number; readonly document?: Json | undefined }

async function answer(
  receiver: Receiver,
  request: IncomingMessage,
  busy: Set<Promise<void>>,
): Promise<Reply> {
  const bytes = Buffer.concat((await request.toArray()) as Buffer[])
  if (request.method === 'GET') {
    const document = read(receiver, request.url ?? '')
    return { status: document ? 200 : 404, document }
  }
  const { method, url, headers, httpVersion } = request
  const activity = JSON.parse(bytes.toString()) as Json
  const arrival: Receiver['arrivals'][number] = { path: url ?? '', activity }
  receiver.arrivals.push(arrival)
  try {
    const believed = await receiver.kind.believe(receiver, {
      method,
      url,
      headers,
      httpVersion,
      bytes,
      activity,
    })
    if (believed) act(receiver, believed, busy)
    arrival.status = 202
  } catch (error) {
    arrival.status = error instanceof Refused ? error.status : 500
    receiver.notes.push(`${activity['type']} refused: ${(error as Error).message}`)
  }
  return { status: arrival.status }
}

/** It answers first and acts afterwards, as nearly all do: a 202 says nothing. */
function act(receiver: Receiver, activity: Json, busy: Set<Promise<void>>): void {
  const work = doIt(receiver, activity)
    .catch((error: Error) => void receiver.notes.push(`${activity['type']}: ${error.message}`))
    .finally(() => busy.delete(work))
  busy.add(work)
}

async function doIt(receiver: Receiver, activity: Json): Promise<void> {
  const own = receiver.kind.acts[activity['type']]
  if (activity['type'] === 'Accept') for (const fan of receiver.fans.values()) fan.hearAccept(activity)
  else if (activity['type'] === 'Create') for (const fan of receiver.fans.values()) fan.hearPost(activity)
  else if (own === undefined) receiver.notes.push(`${activity['type']}: ignored`)
  else await own(receiver, activity)
}

function read(receiver: Receiver, path: string): Json | undefined {
  const { origin, kind } = receiver
  if (path === '/.well-known/nodeinfo')
    return { links: [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `${origin}/nodeinfo` }] }
  if (path === '/nodeinfo')
    return {
      version: '2.0',
      software: { name: kind.software, version: kind.version },
      protocols: ['activitypub'],
    }
  const acct = /^\/\.well-known\/webfinger\?resource=acct(?::|%3A)([^@%]+)/i.exec(path)?.[1]
  const fan = receiver.fans.get(acct ?? path.split('/')[2] ?? '')
  if (fan === undefined) return undefined
  if (acct === undefined) return path === `/users/${fan.name}` ? fan.document : undefined
  const link = { rel: 'self', type: 'application/activity+json', href: fan.uri }
  return { subject: `acct:${fan.name}@${receiver.host}`, links: [link] }
}

function typeOf(path: string): string {
  return path.startsWith('/users/') ? 'application/activity+json' : 'application/json'
}

async function fetchSigned(receiver: Receiver, uri: string): Promise<Json> {
  const url = new URL(uri)
  const [fan] = receiver.fans.values()
  if (fan === undefined) throw new Error('nobody lives here')
  const { status, body } = await getSigned(
    { origin: url.origin, port: Number(url.port) },
    url.pathname + url.search,
    fan,
  )
  if (status !== 200) throw new Error(`${uri}: ${status}`)
  return JSON.parse(body) as Json
}

async function fetchActor(receiver: Receiver, uri: string): Promise<Known> {
  const document = await receiver.fetch(uri)
  if (document['id'] !== uri) throw new Error(`${uri} says that it is ${document['id']}`)
  const known = { ...receiver.actors.get(uri), document, fetchedAt: receiver.now() }
  receiver.actors.set(uri, known)
  const { id, owner, publicKeyPem: pem } = document['publicKey']
  receiver.keys.set(id, { id, owner, pem })
  return known
}

async function migrate(receiver: Receiver, from: string, to: string): Promise<void> {
  for (const fan of receiver.fans.values()) {
    if (!fan.following.has(from)) continue
    await fan.follow(to)
    if (receiver.kind.unfollows) fan.following.delete(from)
  }
  receiver.notes.push(`moved from ${from} to ${to}`)
}
