import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import { answerQuestions } from '../support/program.ts'

export type ThreadSettings = {
  readonly replies: number
  readonly hosts: number
  readonly peoplePerHost: number
}

/** A thread as its servers have it. */
export type ServedThread = {
  readonly root: string
  readonly pages: readonly string[]
  readonly replies: readonly string[]
  readonly people: readonly string[]
}

const context = ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1']
const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'
const pageSize = 100

const documents = new Map<string, string>()
let fetched = 0

/** Hosts, each a port of its own, with people, and one post there that all of them answer. */
async function start({ replies, hosts, peoplePerHost }: ThreadSettings): Promise<ServedThread> {
  const origins = await Promise.all(Array.from({ length: hosts }, startHost))
  const pem = exportPublicKeyPem((await generateRsaKeyPair()).publicKey)
  const people = origins.flatMap((origin) =>
    Array.from({ length: peoplePerHost }, (_, index) => addPerson(`${origin}/users/person${index}`, pem)),
  )
  const root = `${people[0]}/statuses/root`
  const collection = `${root}/replies`
  add(writeNote(root, people[0]!, { replies: collection }))
  const ids = Array.from({ length: replies }, (_, index) => {
    const author = people[index % people.length]!
    const id = `${author}/statuses/${index}`
    add(writeNote(id, author, { inReplyTo: root }))
    return id
  })
  return { root, pages: addPages(collection, ids), replies: ids, people }
}

async function startHost(): Promise<string> {
  const server = createServer((request, response) => {
    fetched++
    const document = documents.get(`http://${request.headers.host}${request.url}`)
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/activity+json' })
    response.end(document)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function add(document: { readonly id: string }): void {
  documents.set(document.id, JSON.stringify({ '@context': context, ...document }))
}

function addPerson(id: string, publicKeyPem: string): string {
  const publicKey = { id: `${id}#main-key`, owner: id, publicKeyPem }
  const preferredUsername = id.slice(id.lastIndexOf('/') + 1)
  const places = { inbox: `${id}/inbox`, outbox: `${id}/outbox`, followers: `${id}/followers` }
  add({ id, type: 'Person', preferredUsername, ...places, publicKey } as { id: string })
  return id
}

function writeNote(id: string, attributedTo: string, more: object): { id: string } {
  const text = 'The cat has found the one warm spot in the house again, and it is the router. '.repeat(3)
  const published = '2026-01-01T00:00:00Z'
  const audience = { to: [publicCollection], cc: [`${attributedTo}/followers`] }
  const body = { type: 'Note', attributedTo, published, ...audience, content: `<p>${text}</p>` }
  return { id, url: id, ...body, sensitive: false, attachment: [], tag: [], ...more } as { id: string }
}

function addPages(collection: string, ids: readonly string[]): string[] {
  const pages = Array.from(
    { length: Math.ceil(ids.length / pageSize) },
    (_, index) => `${collection}?page=${index}`,
  )
  add({ id: collection, type: 'Collection', totalItems: ids.length, first: pages[0] } as { id: string })
  pages.forEach((id, index) => {
    const items = ids.slice(index * pageSize, (index + 1) * pageSize)
    const next = pages[index + 1]
    add({ id, type: 'CollectionPage', partOf: collection, items, ...(next && { next }) } as { id: string })
  })
  return [collection, ...pages]
}

answerQuestions({ start, countFetched: () => fetched })
