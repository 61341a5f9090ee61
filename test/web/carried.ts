import type { Attachment } from '../../src/db/json.ts'
import type { Actor } from '../../src/store/actors.ts'
import { insertRemoteStatus, type NewRemoteStatus } from '../../src/store/statuses.ts'
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
  const dates = { createdAt: now(), fetchedAt: now() }
  await db
    .transaction()
    .execute((tx) => insertRemoteStatus(tx, { ...status, mentions: '[]', ...dates, ...fields }))
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
export async function addShowcase(site: Site, media: string): Promise<{ profile: string; post: string }> {
  const emojis = JSON.stringify([{ shortcode: 'wave', url: `${media}/wave.png` }])
  const mei = await createStranger(site.ctx, 'mei', {
    displayName: 'Mei :wave: Tanaka',
    iconUrl: `${media}/mei.png`,
    emojis,
  })
  const ada = await site.addPerson('ada', { displayName: 'Ada Thorne' })
  const tall = picture(`${media}/tall.png`, { width: 600, height: 1600, description: 'A lighthouse at dusk' })
  const wide = picture(`${media}/wide.png`, { width: 1600, height: 900, focalPoint: [-1, 0.9] })
  const film = picture(`${media}/film.mp4`, {
    mediaType: 'video/mp4',
    width: 1280,
    height: 720,
    description: 'Waves',
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
  return { profile: '/@ada', post: `/@ada/${post}` }
}
