import type { Attachment } from '../../src/db/json.ts'
import type { Actor } from '../../src/store/actors.ts'
import { insertRemoteStatuses, type NewRemoteStatus } from '../../src/store/statuses.ts'
import { makePng, mediaFiles } from '../support/media-files.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { createStranger, type Stranger } from '../support/people.ts'
import type { Site } from './site.ts'

export function picture(url: string, fields: Partial<Attachment> = {}): Attachment {
  const rest = { description: null, width: null, height: null, blurhash: null, focalPoint: null }
  return { url, mediaType: 'image/png', ...rest, ...fields }
}

/** @returns the id of a status of somebody elsewhere */
export async function addRemotePost(
  site: Site,
  author: Stranger,
  content: string,
  fields: Partial<NewRemoteStatus> = {},
): Promise<string> {
  const { db, newId, now } = site.ctx
  const id = newId()
  const uri = `https://${author.domain}/notes/${id}`
  const status = { id, uri, url: uri, actorId: author.id, content, type: 'Note', visibility: 'public' }
  const row = { ...status, mentions: '[]', createdAt: now(), fetchedAt: now(), ...fields } as NewRemoteStatus
  await db.transaction().execute((tx) => insertRemoteStatuses(tx, [row]))
  return id
}

/** A local person boosts it. @returns the id of the boost */
export async function addBoost(site: Site, booster: Actor, statusId: string): Promise<string> {
  return site.addPost(booster, '', { boostOfId: statusId })
}

export async function addPoll(
  site: Site,
  statusId: string,
  fields: {
    options: string[]
    votes: number[]
    multiple?: boolean
    voters?: number
    endsAt?: Date
    closedAt?: Date
  },
): Promise<void> {
  const { votes, multiple = false, ...rest } = fields
  await site.ctx.db
    .insertInto('polls')
    .values({ statusId, multiple, votes: votes.map(String), ...rest })
    .execute()
}

/**
 * Everything that a post may carry, from somebody elsewhere whose server is at `media`, boosted by a person here.
 * @returns the path of the booster's page, and of a post of theirs that quotes
 */
export async function addShowcase(
  site: Site,
  media: string,
  booster = 'ada',
): Promise<{ profile: string; post: string }> {
  const emojis = JSON.stringify([{ shortcode: 'wave', url: `${media}/wave.png` }])
  const mei = await createStranger(site.ctx, 'mei', {
    displayName: 'Mei :wave: Tanaka',
    iconUrl: `${media}/mei.png`,
    emojis,
  })
  const ada = await site.addPerson(booster, { displayName: 'Ada Thorne' })
  const tall = picture(`${media}/tall.png`, { width: 600, height: 1600, description: 'A lighthouse at dusk' })
  const wide = picture(`${media}/wide.png`, { width: 1600, height: 900, focalPoint: [-1, 0.9] })
  const film = picture(`${media}/film.mp4`, {
    mediaType: 'video/mp4',
    width: 1280,
    height: 720,
    description: 'Waves',
    previewUrl: `${media}/wide.png`,
  })
  const sound = picture(`${media}/gulls.mp3`, { mediaType: 'audio/mpeg', description: 'Gulls, and a bell' })
  const scroll = picture(`${media}/notes.pdf`, { mediaType: 'unknown/*' })
  const boost = async (content: string, fields: Partial<NewRemoteStatus> = {}) => {
    const id = await addRemotePost(site, mei, content, { emojis, ...fields })
    await addBoost(site, ada, id)
    return id
  }
  await boost('<p>Low tide :wave: at six</p>', { attachments: JSON.stringify([wide]) })
  await boost('<p>Three of the harbour</p>', {
    attachments: JSON.stringify([wide, tall, { ...wide, description: 'Boats' }]),
  })
  await boost('<p>Only a tall one</p>', { attachments: JSON.stringify([tall]), editedAt: new Date() })
  await boost('<p>To see and to hear</p>', { attachments: JSON.stringify([film, sound, scroll]) })
  await boost('<p>Not for everybody</p>', { sensitive: true, attachments: JSON.stringify([wide, film]) })
  await boost('<p>the ending, with a picture</p>', {
    summary: 'Spoilers :wave:',
    sensitive: true,
    attachments: JSON.stringify([wide]),
  })
  const poll = await boost('<p>Which way to the island?</p>', { type: 'Question' })
  const options = ['By boat :wave:', 'On foot, when the tide is out', 'Not at all']
  await addPoll(site, poll, {
    options,
    votes: [12, 30, 0],
    voters: 40,
    multiple: true,
    closedAt: new Date('2026-11-01'),
  })
  await boost(
    '<p>It begins.</p><ol><li>One</li><li>Two</li></ol><blockquote><p>As it was said</p></blockquote>',
    {
      type: 'Article',
      title: 'A year on the :wave: shore',
      summary: 'What the sea brought, month by month.',
    },
  )
  const quoted = await addRemotePost(site, mei, '<p>The kelp is back.</p>', {
    attachments: JSON.stringify([wide]),
  })
  const post = await site.addPost(ada, 'Good news from the shore', {
    quoteOfId: quoted,
    quoteState: 'accepted',
  })
  return { profile: `/@${booster}`, post: `/@${booster}/${post}` }
}

/** A server with the files of the showcase. */
export async function startMediaServer(): Promise<RemoteServer> {
  const remote = await startRemoteServer()
  const files: Readonly<Record<string, [string, Buffer]>> = {
    '/wave.png': ['image/png', makePng(64, 64)],
    '/mei.png': ['image/png', makePng(120, 120)],
    '/tall.png': ['image/png', makePng(600, 1600)],
    '/wide.png': ['image/png', makePng(1600, 900)],
    '/film.mp4': ['video/mp4', mediaFiles.mp4],
  }
  for (const [path, [type, body]] of Object.entries(files)) {
    remote.serve(path, (_request, response) => response.writeHead(200, { 'content-type': type }).end(body))
  }
  return remote
}
