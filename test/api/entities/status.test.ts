import type { KyselyPlugin } from 'kysely'
import { expect, test } from 'vitest'
import { loadAndPresentStatuses } from '../../../src/api/entities/status.ts'
import type { Context } from '../../../src/context.ts'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { likeStatus } from '../../../src/domain/interactions/like-status.ts'
import { proxiedUrl } from '../../../src/domain/media/proxied-url.ts'
import type { AttachmentDraft, NoteDraft } from '../../../src/domain/drafts.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { findRemoteStatus, type Status } from '../../../src/store/statuses.ts'
import { checkAll } from '../../contract/check.ts'
import { createTestContext, testOrigin } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')
const carol = await createMember(ctx, 'carol')
const bob = await createStranger(ctx, 'bob', {
  iconUrl: 'https://away.example/bob.png',
  emojis: JSON.stringify([{ shortcode: 'seal', url: 'https://away.example/seal.png' }]),
})

let notes = 0

async function arrive(changes: Partial<NoteDraft>): Promise<Status> {
  const id = `${bob.uri}/statuses/${++notes}`
  await receiveNote(ctx, {
    note: draftNote(bob, { id, ...changes }),
    author: bob,
    recipientId: null,
    wanted: true,
  })
  return (await findRemoteStatus(ctx.db, id))!
}

test('What others attach, their pictures and their emoji come by way of us', async () => {
  const attachments: AttachmentDraft[] = [
    {
      type: 'image',
      url: 'https://away.example/kelp.jpg',
      mediaType: 'image/jpeg',
      description: 'Kelp',
      width: 800,
      height: 400,
      blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
      focalPoint: [0.5, -0.25],
    },
  ]
  const emojis = [{ shortcode: 'kelp', url: 'https://away.example/kelp.png' }]
  const status = await arrive({ attachments, emojis, contentHtml: '<p>:kelp:</p>' })
  const [presented] = checkAll('AuthenticatedStatus', await loadAndPresentStatuses(ctx, alice, [status]))
  expect(presented).toMatchObject({
    account: { acct: 'bob@away.example', avatar: proxiedUrl(ctx, 'https://away.example/bob.png') },
    emojis: [{ shortcode: 'kelp', url: proxiedUrl(ctx, emojis[0]!.url) }],
    media_attachments: [
      {
        type: 'image',
        url: proxiedUrl(ctx, attachments[0]!.url),
        remote_url: attachments[0]!.url,
        description: 'Kelp',
        meta: { original: { width: 800, height: 400, aspect: 2 }, focus: { x: 0.5, y: -0.25 } },
      },
    ],
  })
})

test('A warning is one, and what is only marked as sensitive has none', async () => {
  const warned = await arrive({ summary: 'Whales', sensitive: true })
  const marked = await arrive({ sensitive: true })
  const presented = checkAll('Status', await loadAndPresentStatuses(ctx, undefined, [warned, marked]))
  expect(presented.map((status) => [status.spoiler_text, status.sensitive, status.content])).toEqual([
    ['Whales', true, '<p>Hello</p>'],
    ['', true, '<p>Hello</p>'],
  ])
})

test('A boost has an address of its own and counts what it boosts counts', async () => {
  const post = await createPost(ctx, alice, { text: 'Hi', visibility: 'public' })
  await likeStatus(ctx, carol, post.id)
  const boost = await boostStatus(ctx, carol, post.id)
  const [presented] = checkAll('AuthenticatedStatus', await loadAndPresentStatuses(ctx, carol, [boost]))
  expect(presented).toMatchObject({
    uri: `${testOrigin}/users/carol/statuses/${boost.id}/activity`,
    ...{ favourited: true, favourites_count: 1, reblogged: true, reblogs_count: 1 },
    filtered: [],
    reblog: {
      filtered: [],
      id: post.id,
      uri: `${testOrigin}/users/alice/statuses/${post.id}`,
      favourited: true,
    },
  })
})

test('As many questions are asked of the database for twenty statuses as for one', async () => {
  const root = await createPost(ctx, alice, { text: 'Root', visibility: 'public' })
  const posts: Status[] = []
  for (let index = 0; index < 10; index++) {
    const author = index % 2 === 0 ? alice : carol
    const poll = { options: ['a', 'b'], multiple: false, endsInSeconds: 600 }
    const text = `Answer ${index}`
    const post = { text, visibility: 'public', inReplyToId: root.id, quoteOf: root.id, poll } as const
    const answer = await createPost(ctx, author, post)
    posts.push(answer, await boostStatus(ctx, carol, answer.id))
  }
  const one = await countQueries((counted) => loadAndPresentStatuses(counted, carol, posts.slice(0, 2)))
  const all = await countQueries((counted) => loadAndPresentStatuses(counted, carol, posts))
  expect(all).toBe(one)
  expect(all).toBeLessThan(25)
})

async function countQueries(doing: (counted: Context) => Promise<unknown>): Promise<number> {
  let count = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count++
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await doing({ ...ctx, db: ctx.db.withPlugin(plugin) })
  return count
}
