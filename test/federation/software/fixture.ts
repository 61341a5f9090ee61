import { readdirSync, readFileSync } from 'node:fs'
import type { RemoteActor, RemoteServer } from '../../support/remote-server.ts'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../../src/lib/signatures/keys.ts'
import { post } from '../../support/letters.ts'

/** What a member here sees of a status elsewhere; only what is given is compared. Null: it is not there. */
export type Shown = Readonly<Record<string, unknown>> | null

export type Expectation = {
  readonly status?: string
  readonly shows?: Shown
  /** How bob's own post stands. */
  readonly bobsPost?: {
    likes?: number
    boosts?: number
    replies?: number
    reactions?: Record<string, number>
  }
  readonly followers?: readonly string[]
  /** The type of activity that came back. */
  readonly answered?: string
  readonly reports?: readonly { readonly comment: string; readonly statuses: number }[]
  readonly profile?: Readonly<Record<string, unknown>>
  readonly blockedBob?: boolean
}

export type Step = {
  readonly does: string
  readonly by: string
  /** `bob`: to his own inbox; otherwise to the shared one. */
  readonly to?: string
  readonly activity: Record<string, unknown>
  /** Documents that their server no longer has from here on. */
  readonly gone?: readonly string[]
  readonly then: Expectation
}

/** A conversation with bob, in the words of one software: how it names things, what it sends along and leaves out. */
export type Fixture = {
  readonly software: string
  readonly origin: string
  readonly people: Readonly<Record<string, Record<string, unknown>>>
  /** Where the key lies when it is not a fragment of the actor: a path. */
  readonly keyPath?: string
  readonly served: Readonly<Record<string, object>>
  readonly bobFollows?: readonly string[]
  readonly steps: readonly Step[]
}

const folder = new URL('../../fixtures/software/', import.meta.url)

export const fixtureNames = readdirSync(folder).map((name) => name.replace(/\.json$/, ''))

/** The fixture with its servers' names replaced by where they listen in this test. */
export function readFixture(name: string, places: Readonly<Record<string, string>>): Fixture {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8')
  const { origin } = JSON.parse(text) as Fixture
  const theirs = places['theirs'] ?? ''
  const placed = text
    .replaceAll('https://ours.test/users/bob/statuses/7', places['bobsPost'] ?? '')
    .replaceAll('https://ours.test', places['ours'] ?? '')
    .replaceAll(origin, theirs)
  return JSON.parse(placed) as Fixture
}

/** Lets a server be the one of the fixture: its people with keys of their own, and its documents. */
export async function playFixture(
  server: RemoteServer,
  fixture: Fixture,
): Promise<Readonly<Record<string, RemoteActor>>> {
  for (const [url, document] of Object.entries(fixture.served)) server.serve(pathOf(url), document)
  const people = Object.entries(fixture.people).map(async ([name, document]) => [
    name,
    await playActor(server, document, fixture.keyPath),
  ])
  return Object.fromEntries(await Promise.all(people)) as Record<string, RemoteActor>
}

async function playActor(
  server: RemoteServer,
  document: Record<string, any>,
  keyPath: string | undefined,
): Promise<RemoteActor> {
  const { publicKey, privateKey } = await generateRsaKeyPair()
  const pem = exportPublicKeyPem(publicKey)
  const own = JSON.parse(JSON.stringify(document).replaceAll('PUBLIC KEY', JSON.stringify(pem).slice(1, -1)))
  const uri = own.id as string
  const keyId = own.publicKey.id as string
  server.serve(pathOf(uri), own)
  // GoToSocial serves a stub of the actor where its key lies.
  if (keyPath !== undefined && !keyPath.includes('#')) {
    const { id, publicKey: key, type, preferredUsername } = own
    server.serve(keyPath, { '@context': own['@context'], id, publicKey: key, type, preferredUsername })
  }
  return {
    uri,
    keyId,
    privateKey,
    document: own,
    post: (to, activity, letter = {}) =>
      post(to, { keyId, privateKey, body: withKey(activity, pem), ...letter }),
  }
}

function withKey(activity: object, pem: string): object {
  return JSON.parse(JSON.stringify(activity).replaceAll('PUBLIC KEY', JSON.stringify(pem).slice(1, -1)))
}

export function pathOf(url: string): string {
  const { pathname, search } = new URL(url)
  return pathname + search
}
