import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { makePng } from './media-files.ts'

type Json = Record<string, unknown>

export const oldActor = 'https://old.example/users/alice'
const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'
const followers = `${oldActor}/followers`

/** Writes a zip file whose entries are these. */
export async function writeZip(path: string, files: Iterable<[string, string | Buffer]>): Promise<void> {
  const zip = new ZipFile()
  for (const [name, content] of files) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

/** One post as Mastodon's archive has it, by its number. */
export function mastodonCreate(number: number, changes: Json = {}): Json {
  const id = `${oldActor}/statuses/${number}`
  const published = new Date(Date.UTC(2017, 3, 1) + number * 3600_000).toISOString().replace('.000', '')
  const { to, cc } = addressees[number % 4]!
  return {
    ...{ id: `${id}/activity`, type: 'Create', actor: oldActor, published, to, cc },
    object: {
      ...{
        id,
        type: 'Note',
        summary: null,
        inReplyTo: null,
        published,
        url: `https://old.example/@alice/${number}`,
      },
      ...{ attributedTo: oldActor, to, cc, sensitive: false, atomUri: id, inReplyToAtomUri: null },
      ...{ conversation: 'tag:old.example,2017:objectId=1:objectType=Conversation' },
      ...{ content: `<p>Number ${number}</p>`, contentMap: { en: `<p>Number ${number}</p>` } },
      ...{ attachment: [], tag: [], replies: { id: `${id}/replies`, type: 'Collection' } },
      ...changes,
    },
  }
}

/** Public, unlisted, for followers, direct: by the number of the post. */
const addressees = [
  { to: [publicCollection], cc: [followers] },
  { to: [followers], cc: [publicCollection] },
  { to: [followers], cc: [] },
  { to: ['https://else.example/users/bob'], cc: [] },
] as const

export function mastodonPicture(number: number, path: string): Json {
  return {
    attachment: [
      {
        ...{ type: 'Document', mediaType: 'image/png', url: `/${path}`, name: `Picture ${number}` },
        ...{ blurhash: 'UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH', focalPoint: [0.5, -0.5], width: 8, height: 6 },
      },
    ],
  }
}

function mastodonPoll(): Json {
  const option = (name: string, totalItems: number) => ({
    ...{ type: 'Note', name },
    replies: { type: 'Collection', totalItems },
  })
  return {
    ...{ type: 'Question', endTime: '2018-01-01T00:00:00Z', closed: '2018-01-01T00:00:00Z', votersCount: 5 },
    oneOf: [option('Yes', 3), option('No', 2)],
  }
}

export const mastodonActor: Json = {
  '@context': ['https://www.w3.org/ns/activitystreams', { toot: 'http://joinmastodon.org/ns#' }],
  ...{ id: oldActor, type: 'Person', preferredUsername: 'alice', inbox: `${oldActor}/inbox`, followers },
  ...{ outbox: 'outbox.json', likes: 'likes.json', bookmarks: 'bookmarks.json' },
}

export function outboxOf(items: readonly Json[]): string {
  return JSON.stringify({
    ...{ '@context': 'https://www.w3.org/ns/activitystreams', id: 'outbox.json', type: 'OrderedCollection' },
    ...{ totalItems: items.length, orderedItems: items },
  })
}

export type MadeArchive = { readonly pictures: ReadonlyMap<string, string> }

/**
 * A Mastodon archive with so many posts: every visibility, every tenth a poll, every fifth an answer to the post before
 * or, every tenth, to the one after; with so many pictures.
 * @returns SHA-256 of each picture, by the id of its post
 */
export async function writeMastodonArchive(
  path: string,
  posts: number,
  pictures: number,
): Promise<MadeArchive> {
  const hashes = new Map<string, string>()
  const files: [string, string | Buffer][] = []
  const items = Array.from({ length: posts }, (_, number) => {
    if (number < pictures) {
      const name = `media_attachments/files/000/000/${number}/original/${number}.png`
      const picture = makePng(8 + (number % 50), 6 + Math.floor(number / 50))
      files.push([name, picture])
      hashes.set(`${oldActor}/statuses/${number}`, createHash('sha256').update(picture).digest('hex'))
      return mastodonCreate(number, mastodonPicture(number, name))
    }
    return mastodonCreate(number, number % 10 === 7 ? mastodonPoll() : answering(number))
  })
  files.push(['actor.json', JSON.stringify(mastodonActor)], ['outbox.json', outboxOf(items)])
  files.push(['likes.json', outboxOf([])], ['bookmarks.json', outboxOf([])])
  await writeZip(path, files)
  return { pictures: hashes }
}

function answering(number: number): Json {
  if (number % 5 !== 0) return {}
  const answered = number % 10 === 0 ? number + 1 : number - 1
  return { inReplyTo: `${oldActor}/statuses/${answered}` }
}
