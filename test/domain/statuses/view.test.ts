import { expect, test } from 'vitest'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { viewLinkedStatuses } from '../../../src/domain/statuses/link-views.ts'
import { listHomeStatuses } from '../../../src/store/home-timeline.ts'
import { findRemoteStatus, type Status } from '../../../src/store/statuses.ts'
import { createTestContext, testOrigin } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')
const bob = await createStranger(ctx, 'bob')

test('A conversation across servers is shown with everybody at their own address', async () => {
  const question = await createPost(ctx, alice, { text: 'Who is there?', visibility: 'public' })
  const inReplyTo = `${testOrigin}/users/alice/statuses/${question.id}`
  const mentions = [{ href: `${testOrigin}/users/alice`, name: '@alice@home.example' }]
  const note = draftNote(bob, {
    contentHtml: '<p>Me</p>',
    url: 'https://away.example/@bob/1',
    inReplyTo,
    mentions,
  })
  await receiveNote(ctx, { note, author: bob, recipientId: null })
  const answer = (await findRemoteStatus(ctx.db, note.id)) as Status
  const thanks = await createPost(ctx, alice, { text: 'Hi', visibility: 'public', inReplyToId: answer.id })

  const views = await viewLinkedStatuses(ctx, [thanks, answer, question])
  expect(views.map((view) => [view.uri, view.url, view.inReplyToUri])).toEqual([
    [`${testOrigin}/users/alice/statuses/${thanks.id}`, `${testOrigin}/@alice/${thanks.id}`, note.id],
    [note.id, 'https://away.example/@bob/1', inReplyTo],
    [inReplyTo, `${testOrigin}/@alice/${question.id}`, null],
  ])
  expect(views.map((view) => view.contentHtml)).toEqual(['<p>Hi</p>', '<p>Me</p>', '<p>Who is there?</p>'])
  expect(views.map((view) => view.author.id)).toEqual([alice.id, bob.id, alice.id])
  expect(views[1]?.mentions).toEqual([
    {
      uri: `${testOrigin}/users/alice`,
      url: `${testOrigin}/@alice`,
      handle: 'alice@home.example',
      actorId: alice.id,
    },
  ])
})

test.each([
  ['public', 'public', true],
  ['public', 'unlisted', true],
  ['private', 'private', true],
  ['public', 'private', false],
  ['direct', 'private', false],
  ['private', 'direct', false],
] as const)('A %s post shows a %s one that it quotes: %s', async (quoting, quoted, isShown) => {
  const say = (visibility: typeof quoting | typeof quoted, more: object = {}) =>
    draftNote(bob, { id: `${bob.uri}/statuses/${ctx.newId()}`, visibility, ...more })
  const inner = say(quoted)
  const outer = say(quoting, { quoteUri: inner.id, contentHtml: '<p>Look</p>' })
  for (const note of [inner, outer])
    await receiveNote(ctx, { note, author: bob, recipientId: null, wanted: true })
  const status = await findRemoteStatus(ctx.db, outer.id)
  const [view] = await viewLinkedStatuses(ctx, [status!])
  expect(view?.quote).toMatchObject({ state: 'accepted', uri: inner.id })
  expect(view?.quote?.view?.uri ?? null).toBe(isShown ? inner.id : null)
})

test('Any number of statuses are loaded with the same few queries', async () => {
  const first = await createPost(ctx, alice, { text: 'First', visibility: 'public' })
  const input = { text: 'Next', visibility: 'public', inReplyToId: first.id } as const
  for (let n = 0; n < 10; n++) await createPost(ctx, alice, input)
  const statuses = await listHomeStatuses(ctx.db, alice.id, { limit: 100 })
  const count = async (rows: Status[]): Promise<number> => {
    let queries = 0
    const db = ctx.db.withPlugin({
      transformQuery: ({ node }) => (queries++, node),
      transformResult: async ({ result }) => result,
    })
    expect(await viewLinkedStatuses({ ...ctx, db }, rows)).toHaveLength(rows.length)
    return queries
  }
  expect(statuses.length).toBeGreaterThan(10)
  expect(await count(statuses)).toBe(await count(statuses.slice(0, 1)))
})

test('A post of ours names the collection of its thread: ours where it began here, else the one of its beginning', async () => {
  const say = async (text: string, inReplyToId?: string, visibility: 'public' | 'private' = 'public') =>
    createPost(ctx, alice, { text, visibility, inReplyToId })
  const root = await say('Root')
  const answer = await say('Answer', (await say('Between', root.id)).id)
  const secret = await say('Secret', undefined, 'private')
  const note = draftNote(bob, { id: `${bob.uri}/statuses/77`, context: 'https://away.example/contexts/7' })
  await receiveNote(ctx, { note, author: bob, recipientId: null, wanted: true })
  const foreign = await findRemoteStatus(ctx.db, note.id)
  const reply = await say('Reply', foreign?.id)
  const views = await viewLinkedStatuses(ctx, [root, answer, secret, await say('More', secret.id), reply])
  const own = `${testOrigin}/users/alice/statuses/${root.id}/context`
  expect(views.map(({ contextUri }) => contextUri)).toEqual([own, own, null, null, note.context])
})
