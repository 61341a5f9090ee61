import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { transact } from '../../../../src/db/transact.ts'
import { findStatusIdByUri } from '../../../../src/domain/accounts/resolve-local.ts'
import type { NoteDraft } from '../../../../src/domain/drafts.ts'
import { importPosts, type PostToImport } from '../../../../src/domain/imports/archive/import-posts.ts'
import { deletePost } from '../../../../src/domain/statuses/delete-post.ts'
import { editPost } from '../../../../src/domain/statuses/edit-post.ts'
import { receiveNote } from '../../../../src/domain/statuses/receive-note.ts'
import { viewStatuses } from '../../../../src/domain/statuses/view.ts'
import { listFeaturedIds } from '../../../../src/store/featured.ts'
import { joinImportedThreads } from '../../../../src/store/imported-posts.ts'
import { findPoll } from '../../../../src/store/polls.ts'
import { findStatus, type Status } from '../../../../src/store/statuses.ts'
import { createTestContext } from '../../../support/context.ts'
import { draftNote } from '../../../support/note-draft.ts'
import { createMember, createStranger, listJobs } from '../../../support/people.ts'
import { use } from '../../../support/use.ts'

const old = { uri: 'https://old.example/users/alice' }
const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')

const at = (number: number | string) => `${old.uri}/statuses/${number}`
const note = (number: number | string, changes: Partial<NoteDraft> = {}) =>
  draftNote(old, { id: at(number), ...changes })

function bring(
  notes: readonly NoteDraft[],
  more: Partial<PostToImport> = {},
  account = alice,
): Promise<string[]> {
  const posts = notes.map((each) => ({ note: each, claim: 'proven' as const, attachments: [], ...more }))
  return transact(ctx, (tx) => importPosts(tx, account, posts))
}

async function find(number: number | string): Promise<Status> {
  const id = await findStatusIdByUri(ctx, at(number))
  return (await findStatus(ctx.db, id!))!
}

async function count(table: 'posts' | 'notifications' | 'outgoing_activities'): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(
    ctx.db,
  )
  return rows[0]!.n
}

test('A post comes once, at its date, and nobody is told', async () => {
  await createMember(ctx, 'bob')
  const before = await listJobs(ctx.db)
  const published = new Date('2019-05-01T10:00:00Z')
  const named = { href: 'https://home.example/users/bob', name: '@bob@home.example' }
  const brought = note('once', { published, mentions: [named], to: [named.href], visibility: 'direct' })
  expect(await bring([brought])).toEqual(['added'])
  expect(await bring([brought, brought])).toEqual(['kept', 'kept'])
  const post = await find('once')
  expect(post).toMatchObject({ isLocal: true, actorId: alice.id, visibility: 'direct', audience: [] })
  expect(post).toMatchObject({ createdAt: published, content: '<p>Hello</p>', source: null, mentions: [] })
  const moment = Number(BigInt(post.id) >> 16n) - published.getTime()
  expect(moment >= 0 && moment < 1000).toBe(true)
  expect(await listJobs(ctx.db)).toEqual(before)
  expect(await count('notifications')).toBe(0)
  expect(await count('outgoing_activities')).toBe(0)
})

test('What stands in an archive twice comes once', async () => {
  expect(await bring([note('twice'), note('twice')])).toEqual(['added', 'kept'])
  expect(await bring([note('twice'), note('twice')])).toEqual(['kept', 'kept'])
})

test('Threads of its author are joined, whichever comes first; others are named only', async () => {
  const bob = await createStranger(ctx, 'bob')
  await receiveNote(ctx, {
    note: draftNote(bob, { id: 'https://away.example/notes/1' }),
    author: bob,
    recipientId: null,
    wanted: true,
  })
  await bring([
    note('child', { inReplyTo: at('parent') }),
    note('aside', { inReplyTo: 'https://away.example/notes/1' }),
    note('ours', { inReplyTo: 'https://home.example/users/bob/statuses/1' }),
  ])
  await bring([note('parent', { inReplyTo: at('parent') })])
  expect(await find('child')).toMatchObject({ inReplyToId: null, inReplyToUri: at('parent') })
  await transact(ctx, (tx) => joinImportedThreads(tx.db, alice.id))
  const parent = await find('parent')
  expect(await find('child')).toMatchObject({ inReplyToId: parent.id, inReplyToUri: null })
  expect(parent.inReplyToId).toBeNull()
  expect(await find('aside')).toMatchObject({
    inReplyToId: null,
    inReplyToUri: 'https://away.example/notes/1',
  })
  expect(await find('ours')).toMatchObject({ inReplyToId: null, inReplyToUri: null })
})

test('A poll keeps its votes and takes no more; a warning, a language and pins stay', async () => {
  const poll = {
    multiple: true,
    options: [
      { name: 'a', votes: 2 },
      { name: 'b', votes: 3 },
    ],
    closed: false,
    votersCount: 4,
  }
  await bring([note('poll', { type: 'Question', poll, summary: 'cw', sensitive: true, language: 'de' })], {
    pinned: true,
  })
  const post = await find('poll')
  expect(post).toMatchObject({ type: 'Question', summary: 'cw', sensitive: true, language: 'de' })
  const kept = (await findPoll(ctx.db, post.id))!
  expect(kept).toMatchObject({ multiple: true, options: ['a', 'b'], votes: ['2', '3'], voters: '4' })
  expect(kept.closedAt).not.toBeNull()
  expect(await listFeaturedIds(ctx.db, alice.id, 5)).toEqual([post.id])
})

test('Of two words about who may see it the narrower counts', async () => {
  await bring([note('narrow', { visibility: 'public' })], { visibility: 'private' })
  await bring([note('wide', { visibility: 'direct' })], { visibility: 'public' })
  expect(await find('narrow')).toMatchObject({ visibility: 'private' })
  expect(await find('wide')).toMatchObject({ visibility: 'direct' })
})

test('What answers its old address answers it, also when it was here before', async () => {
  const eve = await createStranger(ctx, 'eve')
  const answer = (id: string, inReplyTo: string) =>
    receiveNote(ctx, {
      note: draftNote(eve, { id: `${eve.uri}/${id}`, inReplyTo }),
      author: eve,
      recipientId: null,
      wanted: true,
    })
  await answer('early', at('asked'))
  const page = 'https://old.example/@alice/asked'
  await bring([note('asked', { url: page })])
  await answer('late', page)
  const post = await find('asked')
  for (const id of ['early', 'late']) {
    const found = await findStatusIdByUri(ctx, `${eve.uri}/${id}`)
    expect((await findStatus(ctx.db, found!))?.inReplyToId).toBe(post.id)
  }
})

test('It is shown as it came until its author edits it, and gone when they delete it', async () => {
  await bring([note('edited', { contentHtml: '<p>One</p><p>Two &amp; three</p>' })])
  const post = await find('edited')
  const [view] = await viewStatuses(ctx, [post])
  expect(view?.contentHtml).toBe('<p>One</p><p>Two &amp; three</p>')
  await editPost(ctx, alice, post.id, { text: 'Four' })
  const [edited] = await viewStatuses(ctx, [await find('edited')])
  expect(edited).toMatchObject({ contentHtml: '<p>Four</p>', status: { content: null, source: 'Four' } })
  await deletePost(ctx, alice, post.id)
  expect(await bring([note('edited')])).toEqual(['kept'])
  expect(await find('edited')).toMatchObject({ content: null, source: null, url: null })
  expect((await find('edited')).deletedAt).not.toBeNull()
})

describe('Who claims an address', () => {
  test('alone is not what others are led to', async () => {
    await bring([note('own')], { claim: 'own' })
    expect(await findStatusIdByUri(ctx, at('own'))).toBeUndefined()
    expect(await bring([note('own')], { claim: 'own' })).toEqual(['kept'])
  })

  test('of a server that does not answer gives way to what that said, and to who proves it', async () => {
    const mallory = await createMember(ctx, 'mallory')
    await bring([note('dead')], { claim: 'unopposed' }, mallory)
    expect((await find('dead')).actorId).toBe(mallory.id)
    expect(await bring([note('dead')], { claim: 'proven' })).toEqual(['added'])
    expect((await find('dead')).actorId).toBe(alice.id)
    await bring([note('dead')], { claim: 'proven' }, mallory)
    expect((await find('dead')).actorId).toBe(alice.id)
    const author = await createStranger(ctx, 'alice', { domain: 'old.example' })
    await receiveNote(ctx, { note: note('known'), author, recipientId: null, wanted: true })
    await bring([note('known')], { claim: 'unopposed' }, mallory)
    expect((await find('known')).actorId).toBe(author.id)
  })
})
