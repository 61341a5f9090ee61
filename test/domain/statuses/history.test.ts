import { beforeEach, describe, expect, test } from 'vitest'
import type { NoteDraft } from '../../../src/domain/drafts.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { editPost } from '../../../src/domain/statuses/edit-post.ts'
import { listEdits } from '../../../src/domain/statuses/list-edits.ts'
import { receiveNoteDelete } from '../../../src/domain/statuses/receive-note-delete.ts'
import { receiveNoteUpdate } from '../../../src/domain/statuses/receive-note-update.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { listStatusEdits } from '../../../src/store/status-edits.ts'
import { findRemoteStatus, findStatus } from '../../../src/store/statuses.ts'
import { createTestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, listJobs } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')
const bob = await createStranger(ctx, 'bob')

describe('a post of ours', () => {
  test('has all that it ever said, oldest first', async () => {
    const { id, createdAt } = await createPost(ctx, alice, {
      text: 'One #a',
      visibility: 'public',
      summary: 'w',
    })
    await editPost(ctx, alice, id, { text: 'Two #b' })
    const second = (await findStatus(ctx.db, id))?.editedAt
    await editPost(ctx, alice, id, { text: 'Three' })
    const versions = await listEdits(ctx, id)
    expect(versions).toMatchObject([
      { source: 'One #a', summary: 'w', sensitive: true, tags: ['a'], createdAt },
      { source: 'Two #b', summary: '', sensitive: false, tags: ['b'], createdAt: second },
      { source: 'Three', summary: '', tags: [], pollOptions: null },
    ])
    expect(versions.at(-1)?.contentHtml).toBe('<p>Three</p>')
    expect(versions[0]).not.toHaveProperty('content')
  })

  test('is not edited by saying the same again', async () => {
    const { id } = await createPost(ctx, alice, { text: 'One', visibility: 'public' })
    const before = await listJobs(ctx.db)
    await editPost(ctx, alice, id, { text: ' One ' })
    expect(await listEdits(ctx, id)).toHaveLength(1)
    expect((await findStatus(ctx.db, id))?.editedAt).toBeNull()
    expect(await listJobs(ctx.db)).toEqual(before)
  })

  test('that is gone has said nothing', async () => {
    const { id } = await createPost(ctx, alice, { text: 'One', visibility: 'public' })
    await editPost(ctx, alice, id, { text: 'Two' })
    await deletePost(ctx, alice, id)
    expect(await listEdits(ctx, id)).toEqual([])
    expect(await listStatusEdits(ctx.db, id)).toEqual([])
  })
})

describe("another server's post", () => {
  let uri = ''
  let id = ''
  let serial = 0
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 11, minute))
  const draft = (changes: Partial<NoteDraft>) => draftNote(bob, { id: uri, ...changes })
  const update = (changes: Partial<NoteDraft>) =>
    receiveNoteUpdate(ctx, { note: draft(changes), author: bob, recipientId: null })
  const contents = async () => (await listEdits(ctx, id)).map(({ contentHtml }) => contentHtml)

  beforeEach(async () => {
    uri = `${bob.uri}/statuses/${++serial}`
    await receiveNote(ctx, { note: draft({}), author: bob, recipientId: null, wanted: true })
    id = (await findRemoteStatus(ctx.db, uri))?.id ?? ''
  })

  test('has all that we know it said; what comes twice is there once', async () => {
    const better = { contentHtml: '<p>Better</p>', updated: at(1) }
    for (const _ of [1, 2]) await update(better)
    await update({ contentHtml: '<p>Best</p>', updated: at(2) })
    expect(await update(better)).toBe('outdated')
    expect(await contents()).toEqual(['<p>Hello</p>', '<p>Better</p>', '<p>Best</p>'])
    expect((await listEdits(ctx, id)).map(({ createdAt }) => createdAt)).toEqual([
      new Date('2026-11-01T10:00:00Z'),
      at(1),
      at(2),
    ])
  })

  test('that says the same at a later time has no earlier version', async () => {
    await update({ updated: at(1) })
    await update({ updated: at(2), language: 'en', hashtags: ['new'] })
    expect(await contents()).toEqual(['<p>Hello</p>'])
    expect(await findRemoteStatus(ctx.db, uri)).toMatchObject({ language: 'en', tags: ['new'] })
  })

  test.each<[string, Partial<NoteDraft>]>([
    ['its warning', { summary: 'careful' }],
    ['its title', { name: 'Title' }],
    ['a picture', { attachments: [{ type: 'image', url: 'https://away.example/1.png', description: 'A' }] }],
  ])('has another version when %s changes', async (_, changes) => {
    await update({ ...changes, updated: at(1) })
    await update({ ...changes, updated: at(2) })
    expect(await listEdits(ctx, id)).toHaveLength(2)
  })

  test('is not said before it was first said', async () => {
    expect(await update({ contentHtml: '<p>Old</p>', updated: new Date('2026-10-31T10:00:00Z') })).toBe(
      'outdated',
    )
    expect(await contents()).toEqual(['<p>Hello</p>'])
  })

  test('has a hundred versions at most, the latest', async () => {
    for (let n = 1; n <= 110; n++) await update({ contentHtml: `<p>${n}</p>`, updated: at(n) })
    const kept = await contents()
    expect(kept).toHaveLength(100)
    expect([kept[0], kept.at(-1)]).toEqual(['<p>11</p>', '<p>110</p>'])
  })

  test('is for the same people, whatever a later version says', async () => {
    await update({ visibility: 'direct', to: [], cc: [], contentHtml: '<p>Psst</p>', updated: at(1) })
    expect(await findRemoteStatus(ctx.db, uri)).toMatchObject({
      visibility: 'public',
      content: '<p>Psst</p>',
    })
  })

  test('that is gone leaves no versions', async () => {
    await update({ contentHtml: '<p>Better</p>', updated: at(1) })
    await receiveNoteDelete(ctx, { uri, by: bob })
    expect(await listStatusEdits(ctx.db, id)).toEqual([])
    expect(await listEdits(ctx, id)).toEqual([])
  })
})
