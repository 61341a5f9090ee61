import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { KeyObject } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import { post, type Answer, type Letter } from './letters.ts'

/** A request that came in, with its body. */
export type Arrival = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'> & {
  readonly body: string
  /** The same as it came. */
  readonly bytes: Buffer
}

/** Somebody on another server: honest as made, and whatever a test makes of them. */
export type RemoteActor = {
  readonly uri: string
  readonly keyId: string
  readonly privateKey: KeyObject
  /** What is served under `uri`: change it, and the server says something else. */
  readonly document: Record<string, any>
  /** POSTs an activity of theirs, signed, to a path of our server. */
  post(to: { origin: string; port: number }, activity: object, letter?: Partial<Letter>): Promise<Answer>
}

/** Another server on loopback: `http://localhost:PORT`, which is a host of its own by its port. */
export type RemoteServer = AsyncDisposable & {
  readonly origin: string
  readonly port: number
  /** Everything that it was sent, in order. */
  readonly arrivals: Arrival[]
  /** The paths that were asked for by GET. */
  fetched(): string[]
  /** Activities that arrived in any inbox. */
  received(type?: string): any[]
  /** Answers a path with a document, or however a test likes. */
  serve(path: string, answer: object | RequestListener, contentType?: string): void
  addActor(name: string, changes?: Record<string, unknown>): Promise<RemoteActor>
}

const activityType = 'application/activity+json'

export async function startRemoteServer(): Promise<RemoteServer> {
  const answers = new Map<string, RequestListener>()
  const arrivals: Arrival[] = []
  const server = createServer((request, response) => void receive(request, response))
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = Buffer.concat((await request.toArray()) as Buffer[])
    const { method, url, headers, rawHeaders } = request
    arrivals.push({ method, url, headers, rawHeaders, body: bytes.toString(), bytes })
    const answer = answers.get(url ?? '')
    if (answer !== undefined) answer(request, response)
    else response.writeHead(method === 'POST' ? 202 : 404).end()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://localhost:${port}`

  const remote: RemoteServer = {
    origin,
    port,
    arrivals,
    fetched: () =>
      arrivals.flatMap(({ method, url }) => (method === 'GET' && url !== undefined ? [url] : [])),
    received: (type) =>
      arrivals
        .filter(({ method }) => method === 'POST')
        .map(({ body }) => JSON.parse(body))
        .filter((activity) => type === undefined || activity.type === type),
    serve: (path, answer, contentType = activityType) =>
      void answers.set(
        path,
        typeof answer === 'function' ? (answer as RequestListener) : sendJson(answer, contentType),
      ),
    addActor: (name, changes) => addActor(remote, name, changes),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return remote
}

export function sendJson(document: object, contentType = activityType): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': contentType }).end(JSON.stringify(document))
  }
}

async function addActor(
  server: RemoteServer,
  name: string,
  changes: Record<string, unknown> = {},
): Promise<RemoteActor> {
  const { publicKey, privateKey } = await generateRsaKeyPair()
  const uri = `${server.origin}/users/${name}`
  const keyId = `${uri}#main-key`
  const document = {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
    id: uri,
    type: 'Person',
    preferredUsername: name,
    inbox: `${uri}/inbox`,
    outbox: `${uri}/outbox`,
    followers: `${uri}/followers`,
    endpoints: { sharedInbox: `${server.origin}/inbox` },
    publicKey: { id: keyId, owner: uri, publicKeyPem: exportPublicKeyPem(publicKey) },
    ...changes,
  }
  server.serve(`/users/${name}`, (_request, response) => {
    response.writeHead(200, { 'content-type': activityType }).end(JSON.stringify(document))
  })
  return {
    uri,
    keyId,
    privateKey,
    document,
    post: (to, activity, letter = {}) => post(to, { keyId, privateKey, body: activity, ...letter }),
  }
}

let serial = 0

/** An activity of theirs, with an id of its own. */
export function activityOf(
  actor: Pick<RemoteActor, 'uri'>,
  type: string,
  more: object = {},
): Record<string, any> {
  const id = `${actor.uri}/activities/${++serial}`
  return { '@context': 'https://www.w3.org/ns/activitystreams', id, type, actor: actor.uri, ...more }
}

/** A public Note of theirs, with an id of its own. */
export function noteOf(actor: Pick<RemoteActor, 'uri'>, more: object = {}): Record<string, any> {
  return {
    id: `${actor.uri}/notes/${++serial}`,
    type: 'Note',
    attributedTo: actor.uri,
    content: '<p>Hello</p>',
    published: new Date().toISOString(),
    to: ['https://www.w3.org/ns/activitystreams#Public'],
    cc: [`${actor.uri}/followers`],
    ...more,
  }
}

/** A Create of a Note, addressed as the Note is. */
export function createOf(actor: Pick<RemoteActor, 'uri'>, note: Record<string, any>): Record<string, any> {
  return activityOf(actor, 'Create', { to: note['to'], cc: note['cc'], object: note })
}
