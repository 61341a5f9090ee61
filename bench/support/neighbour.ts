import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import type { KeyObject } from 'node:crypto'

/** Somebody on another server. */
export type Person = {
  readonly uri: string
  readonly keyId: string
  readonly publicKeyPem: string
  readonly privateKey: KeyObject
}

export type Neighbour = AsyncDisposable & { readonly people: readonly Person[] }

const contexts = ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1']

/** Another server, as far as anybody asks it: documents of so many actors, each with an RSA-2048 key of its own. */
export async function startNeighbour(size: number): Promise<Neighbour> {
  const documents = new Map<string, string>()
  const server = createServer((request, response) => {
    const document = documents.get(request.url ?? '')
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/activity+json' })
    response.end(document)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const names = Array.from({ length: size }, (_, index) => `person${index + 1}`)
  const people = await Promise.all(names.map((name) => createPerson(`http://127.0.0.1:${port}`, name)))
  people.forEach((person, index) =>
    documents.set(new URL(person.uri).pathname, JSON.stringify(describe(person, names[index]!))),
  )
  const close = async () => {
    server.close().closeAllConnections()
    await once(server, 'close')
  }
  return { people, [Symbol.asyncDispose]: close }
}

async function createPerson(origin: string, name: string): Promise<Person> {
  const { publicKey, privateKey } = await generateRsaKeyPair()
  const uri = `${origin}/users/${name}`
  return { uri, keyId: `${uri}#main-key`, publicKeyPem: exportPublicKeyPem(publicKey), privateKey }
}

function describe({ uri, keyId, publicKeyPem }: Person, name: string): object {
  return {
    '@context': contexts,
    id: uri,
    type: 'Person',
    preferredUsername: name,
    name,
    inbox: `${uri}/inbox`,
    outbox: `${uri}/outbox`,
    followers: `${uri}/followers`,
    following: `${uri}/following`,
    url: uri,
    endpoints: { sharedInbox: `${new URL(uri).origin}/inbox` },
    publicKey: { id: keyId, owner: uri, publicKeyPem },
  }
}
