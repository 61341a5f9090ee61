import { randomUUID } from 'node:crypto'
import { signCavage } from '../../src/lib/signatures/cavage.ts'
import type { PreparedRequest } from './load.ts'
import type { Person } from './neighbour.ts'

/** So many different posts of these people in turn, signed for that origin's shared inbox. */
export async function signCreates(
  people: readonly Person[],
  count: number,
  origin: string,
): Promise<PreparedRequest[]> {
  const authors = Array.from({ length: count }, (_, index) => people[index % people.length]!)
  return Promise.all(authors.map((author) => signCreate(author, origin)))
}

async function signCreate(author: Person, origin: string): Promise<PreparedRequest> {
  const { keyId, privateKey } = author
  const body = Buffer.from(JSON.stringify(writeCreate(author)))
  const signing = { method: 'POST', url: `${origin}/inbox`, keyId, privateKey, date: new Date(), body }
  const headers = { ...(await signCavage(signing)), 'content-type': 'application/activity+json' }
  return { path: '/inbox', headers, body }
}

const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'

const context = [
  'https://www.w3.org/ns/activitystreams',
  {
    ostatus: 'http://ostatus.org#',
    atomUri: 'ostatus:atomUri',
    inReplyToAtomUri: 'ostatus:inReplyToAtomUri',
    conversation: 'ostatus:conversation',
    sensitive: 'as:sensitive',
    toot: 'http://joinmastodon.org/ns#',
    votersCount: 'toot:votersCount',
    Hashtag: 'as:Hashtag',
  },
]

/** A post as Mastodon sends it: a paragraph, a link, a hashtag, the collections that a reader could page through. */
function writeCreate(author: Person): object {
  const id = `${author.uri}/statuses/${randomUUID()}`
  const { origin, host } = new URL(author.uri)
  const published = new Date().toISOString().replace(/\.\d+/, '')
  const audience = { to: [publicCollection], cc: [`${author.uri}/followers`] }
  const tag = `<a href="${origin}/tags/caturday" class="mention hashtag" rel="tag">#<span>caturday</span></a>`
  const content = `<p>The cat has found the one warm spot in the house again, and it is the router. ${tag}</p>`
  const object = {
    id,
    type: 'Note',
    summary: null,
    inReplyTo: null,
    published,
    url: id,
    attributedTo: author.uri,
    ...audience,
    sensitive: false,
    atomUri: id,
    inReplyToAtomUri: null,
    conversation: `tag:${host},2026-01-01:objectId=${randomUUID()}:objectType=Conversation`,
    content,
    contentMap: { en: content },
    attachment: [],
    tag: [{ type: 'Hashtag', href: `${origin}/tags/caturday`, name: '#caturday' }],
    replies: {
      id: `${id}/replies`,
      type: 'Collection',
      first: { type: 'CollectionPage', next: `${id}/replies?page=1`, partOf: `${id}/replies`, items: [] },
    },
  }
  const activity = { id: `${id}/activity`, type: 'Create', actor: author.uri, published, ...audience, object }
  return { '@context': context, ...activity }
}
