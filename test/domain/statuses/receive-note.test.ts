import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import type { NoteDraft } from '../../../src/domain/drafts.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { receiveAccept } from '../../../src/domain/follows/receive-answer.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveNoteDelete } from '../../../src/domain/statuses/receive-note-delete.ts'
import { receiveNoteUpdate } from '../../../src/domain/statuses/receive-note-update.ts'
import { receiveNote, receiveNotes } from '../../../src/domain/statuses/receive-note.ts'
import { momentOfId } from '../../../src/lib/ids.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findFollowBetween } from '../../../src/store/follows.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { createTestContext, testOrigin, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let carol: Actor
/** Followed from here. */
let bob: Stranger
/** Followed by nobody. */
let mallory: Stranger
const aliceUri = `${testOrigin}/users/alice`
const bobStatuses = 'https://away.example/users/bob/statuses'

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  carol = await createMember(ctx, 'carol')
  bob = await createStranger(ctx, 'bob')
  mallory = await createStranger(ctx, 'mallory')
  await followActor(ctx, alice, bob)
  const follow = await findFollowBetween(ctx.db, alice.id, bob.id)
  await receiveAccept(ctx, { from: bob, followId: follow?.id ?? '' })
})
beforeEach(async () => {
  await ctx.db.deleteFrom('remoteStatuses').execute()
  await ctx.db.deleteFrom('remoteTombstones').execute()
})
afterAll(() => world.close())

const receive = (author: Stranger, changes: Partial<NoteDraft> = {}, recipientId: string | null = null) =>
  receiveNote(ctx, { note: draftNote(author, changes), author, recipientId })
const update = (author: Stranger, changes: Partial<NoteDraft> = {}) =>
  receiveNoteUpdate(ctx, { note: draftNote(author, changes), author, recipientId: null })
const stored = (author: Stranger) => findRemoteStatus(ctx.db, draftNote(author).id)

describe('what concerns us', () => {
  test('A note of somebody who is followed is kept, once, with an id of its own moment', async () => {
    expect(await receive(bob)).toBe('stored')
    const status = await stored(bob)
    expect(status).toMatchObject({
      actorId: bob.id,
      content: '<p>Hello</p>',
      visibility: 'public',
      audience: [],
    })
    expect(momentOfId(status?.id ?? '').toISOString()).toMatch(/^2026-11-01T10:00:00/)
    expect(await receive(bob, { contentHtml: '<p>Again</p>' })).toBe('known')
    expect(await stored(bob)).toEqual(status)
  })

  test('Two copies that arrive at the same moment are one', async () => {
    const results = await Promise.all([receive(bob), receive(bob)])
    expect(results.toSorted()).toEqual(['known', 'stored'])
  })

  test('A note of a stranger that concerns nobody here is not kept', async () => {
    expect(await receive(mallory)).toBe('ignored')
    expect(await receive(mallory, { inReplyTo: `${testOrigin}/users/alice/statuses/12345` })).toBe('ignored')
    expect(await receive(mallory, { to: [`${testOrigin}/users/nobody`] })).toBe('ignored')
    expect(await stored(mallory)).toBeUndefined()
  })

  test.each(['to', 'cc'] as const)('A stranger who addresses one of us in `%s` is heard', async (field) => {
    expect(await receive(mallory, { visibility: 'direct', to: [], cc: [], [field]: [aliceUri] })).toBe(
      'stored',
    )
    expect(await stored(mallory)).toMatchObject({
      audience: [alice.id],
      mentions: [{ actorId: alice.id, username: 'alice', domain: null, uri: null, url: null }],
    })
  })

  test('A stranger who mentions one of us is heard', async () => {
    const mentions = [{ href: aliceUri, name: '@alice@home.example' }]
    expect(await receive(mallory, { mentions })).toBe('stored')
  })

  test('A stranger who answers a post of ours is heard', async () => {
    const post = await createPost(ctx, alice, { text: 'Question', visibility: 'public' })
    const inReplyTo = `${aliceUri}/statuses/${post.id}`
    expect(await receive(mallory, { inReplyTo })).toBe('stored')
    expect(await stored(mallory)).toMatchObject({ inReplyToId: post.id, inReplyToUri: inReplyTo })
  })

  test('A stranger who answers what somebody said who is followed is heard', async () => {
    await receive(bob)
    expect(await receive(mallory, { inReplyTo: draftNote(bob).id })).toBe('stored')
    expect(await stored(mallory)).toMatchObject({ inReplyToId: (await stored(bob))?.id })
  })

  test('Notes that arrive together fare as if each came alone, an answer after what it answers', async () => {
    const answer = draftNote(mallory, { inReplyTo: draftNote(bob).id })
    const receptions = await receiveNotes(ctx, [
      { note: answer, author: mallory, recipientId: null },
      { note: draftNote(bob), author: bob, recipientId: null },
      { note: draftNote(mallory, { id: `${mallory.uri}/notes/other` }), author: mallory, recipientId: null },
      { note: draftNote(bob), author: bob, recipientId: carol.id },
    ])
    expect(receptions).toEqual(['stored', 'stored', 'ignored', 'known'])
    expect(await stored(mallory)).toMatchObject({ inReplyToId: (await stored(bob))?.id })
  })

  test('Everybody into whose own inbox a note comes is in its audience, whatever it says', async () => {
    const changes = { visibility: 'direct', to: [], cc: [] } as const
    expect(await receive(mallory, { ...changes, to: [], cc: [] }, alice.id)).toBe('stored')
    expect(await receive(mallory, { ...changes, to: [], cc: [] }, carol.id)).toBe('known')
    expect(await receive(mallory, { ...changes, to: [], cc: [] }, carol.id)).toBe('known')
    expect((await stored(mallory))?.audience).toEqual([alice.id, carol.id])
  })

  test("Nobody widens the audience of another's note by sending it once more", async () => {
    await receive(bob, { visibility: 'private' })
    const note = draftNote(bob, { attributedTo: mallory.uri })
    expect(await receiveNote(ctx, { note, author: mallory, recipientId: carol.id })).toBe('known')
    expect(await stored(bob)).toMatchObject({ actorId: bob.id, audience: [] })
  })
})

describe('dates', () => {
  test.each([
    ['none', undefined],
    ['one far ahead', new Date(Date.now() + 3_600_000)],
    ['one a little ahead', new Date(Date.now() + 60_000)],
  ])('With %s the note is of now', async (_, published) => {
    const before = Date.now()
    const changes: Partial<NoteDraft> = { published: published as Date }
    await receive(bob, changes)
    const status = await stored(bob)
    expect(status?.createdAt.getTime()).toBeGreaterThanOrEqual(before)
    expect(status?.createdAt.getTime()).toBeLessThanOrEqual(Date.now())
  })
})

describe('updates', () => {
  test('Its author says it otherwise', async () => {
    await receive(bob)
    const updated = new Date('2026-11-02T10:00:00Z')
    const changes = { contentHtml: '<p>Better</p>', summary: 'w', hashtags: ['new'], updated }
    expect(await update(bob, changes)).toBe('updated')
    expect(await stored(bob)).toMatchObject({
      content: '<p>Better</p>',
      summary: 'w',
      tags: ['new'],
      editedAt: updated,
    })
  })

  test('An older version than ours changes nothing', async () => {
    const at = (day: number) => ({ updated: new Date(Date.UTC(2026, 10, day)), contentHtml: `<p>${day}</p>` })
    await receive(bob, at(2))
    expect(await update(bob, at(4))).toBe('updated')
    expect(await update(bob, at(3))).toBe('outdated')
    expect(await update(bob, at(4))).toBe('updated')
    expect((await stored(bob))?.content).toBe('<p>4</p>')
  })

  test('Nobody else changes it', async () => {
    await receive(bob)
    const note = draftNote(bob, { contentHtml: '<p>Forged</p>' })
    expect(await receiveNoteUpdate(ctx, { note, author: mallory, recipientId: null })).toBe('ignored')
    expect((await stored(bob))?.content).toBe('<p>Hello</p>')
  })

  test('Whom it is for never changes', async () => {
    await receive(bob, { visibility: 'direct', to: [aliceUri], cc: [] })
    expect(
      await update(bob, {
        visibility: 'public',
        mentions: [{ href: `${testOrigin}/users/carol`, name: '@carol' }],
      }),
    ).toBe('updated')
    expect(await stored(bob)).toMatchObject({ visibility: 'direct', audience: [alice.id] })
  })

  test('An update of what we never had is a note like any other', async () => {
    expect(await update(bob)).toBe('stored')
    expect(await update(mallory)).toBe('ignored')
  })
})

describe('what was taken back', () => {
  const remove = (uri: string, by: Stranger) => receiveNoteDelete(ctx, { uri, by })

  test('is gone, and neither an old Create nor an Update brings it back', async () => {
    const { id } = draftNote(bob)
    await receive(bob)
    expect(await remove(id, bob)).toBe('buried')
    expect(await stored(bob)).toBeUndefined()
    expect(await receive(bob)).toBe('buried')
    expect(await update(bob)).toBe('buried')
    expect(await remove(id, bob)).toBe('buried')
  })

  test('stays gone when the Delete overtakes the Create', async () => {
    expect(await remove(draftNote(bob).id, bob)).toBe('buried')
    expect(await receive(bob)).toBe('buried')
  })

  test('cannot be taken back by anybody else', async () => {
    await receive(bob)
    expect(await remove(draftNote(bob).id, mallory)).toBe('ignored')
    expect(await stored(bob)).toBeDefined()
    expect(await remove('https://other.example/notes/1', mallory)).toBe('ignored')
  })

  test('nor is a note kept away by somebody who buries it before it comes', async () => {
    await remove(draftNote(bob).id, mallory)
    expect(await receive(bob)).toBe('stored')
  })
})

describe('what came before what it answers or quotes', () => {
  const unknown = `${bobStatuses}/unknown`

  test('is tied to it when that comes', async () => {
    await receive(bob, { id: `${bobStatuses}/answer`, inReplyTo: unknown })
    await receive(bob, { id: `${bobStatuses}/quoting`, quoteUri: unknown })
    await receive(bob, { id: `${bobStatuses}/other`, inReplyTo: `${bobStatuses}/never` })
    await receive(bob, { id: unknown })
    const find = async (name: string) => findRemoteStatus(ctx.db, `${bobStatuses}/${name}`)
    const { id } = (await find('unknown'))!
    expect(await find('answer')).toMatchObject({ inReplyToId: id, quoteOfId: null })
    expect(await find('quoting')).toMatchObject({ inReplyToId: null, quoteOfId: id, quoteUri: unknown })
    expect(await find('other')).toMatchObject({ inReplyToId: null, quoteOfId: null })
  })

  test('and nothing answers or quotes itself', async () => {
    const { id: self } = draftNote(bob)
    await receive(bob, { inReplyTo: self, quoteUri: self })
    expect(await stored(bob)).toMatchObject({ inReplyToId: null, quoteOfId: null, quoteUri: null })
  })
})

test('Where the rest of a thread is kept, and what others may do with a note, is remembered', async () => {
  const context = 'https://away.example/contexts/1'
  const repliesUri = 'https://away.example/replies/1'
  const interactionPolicy = { canQuote: { automatic: [bob.uri], manual: [] } }
  await receive(bob, { context, repliesUri, interactionPolicy })
  expect(await stored(bob)).toMatchObject({ contextUri: context, repliesUri, interactionPolicy })
  const changed = { canQuote: { automatic: [], manual: [] } }
  await update(bob, { interactionPolicy: changed, updated: new Date('2026-11-02T10:00:00Z') })
  expect(await stored(bob)).toMatchObject({ contextUri: context, interactionPolicy: changed })
})

test('A note that its server says was changed when it was said was not changed', async () => {
  const published = new Date('2026-11-01T10:00:00Z')
  await receive(bob, { published, updated: published })
  expect((await stored(bob))?.editedAt).toBeNull()
})

test('A vote that is passed on, or asked for, is no post', async () => {
  const poll = { options: ['Tea', 'Coffee'], multiple: false, endsInSeconds: 300 }
  const { id } = await createPost(ctx, alice, { text: 'What?', visibility: 'public', poll })
  const vote = { name: 'Tea', contentHtml: '', inReplyTo: `${aliceUri}/statuses/${id}` }
  const received = { note: draftNote(bob, vote), author: bob, recipientId: alice.id, wanted: true }
  expect(await receiveNote(ctx, received)).toBe('ignored')
  expect(await stored(bob)).toBeUndefined()
})

test('Whom of us a note names is found with the same few queries, however many addresses of ours it holds', async () => {
  const queriesFor = async (to: string[]): Promise<number> => {
    let queries = 0
    const counted = ctx.db.withPlugin({
      transformQuery: ({ node }) => (queries++, node),
      transformResult: async ({ result }) => result,
    })
    const note = draftNote(mallory, { id: `${mallory.uri}/statuses/${to.length}`, to, visibility: 'direct' })
    await receiveNote({ ...ctx, db: counted }, { note, author: mallory, recipientId: null })
    const status = await findRemoteStatus(ctx.db, note.id)
    expect(status?.mentions.map(({ actorId }) => actorId)).toEqual([alice.id, carol.id])
    expect(status?.audience).toEqual([alice.id, carol.id])
    return queries
  }
  const named = [aliceUri, `${testOrigin}/users/Carol`]
  const many = Array.from({ length: 400 }, (_, index) => `${testOrigin}/users/nobody${index}`)
  expect(await queriesFor([...named, ...many, `${testOrigin}/elsewhere`])).toBe(await queriesFor(named))
})
