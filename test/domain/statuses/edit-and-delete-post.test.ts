import { expect, test } from 'vitest'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { editPost } from '../../../src/domain/statuses/edit-post.ts'
import { findStatus, type Status } from '../../../src/store/statuses.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember, listJobs } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')
const carol = await createMember(ctx, 'carol')
const dave = await createMember(ctx, 'dave')

const say = (text: string): Promise<Status> =>
  createPost(ctx, alice, { text, visibility: 'direct', summary: 'warning', language: 'en' })

test('An edit replaces what was said and keeps to whom, and enqueues its sending', async () => {
  const { id } = await say('@carol #one')
  await editPost(ctx, alice, id, { text: '@dave #two' })
  const edited = await findStatus(ctx.db, id)
  expect(edited).toMatchObject({
    source: '@dave #two',
    tags: ['two'],
    visibility: 'direct',
    summary: '',
    sensitive: false,
    language: 'en',
    mentions: [expect.objectContaining({ actorId: dave.id })],
  })
  expect(edited?.audience.toSorted()).toEqual([carol.id, dave.id].toSorted())
  expect(edited?.editedAt).toBeInstanceOf(Date)
  expect((await listJobs(ctx.db)).at(-1)).toEqual({ name: 'status.updated', data: { statusId: id } })
})

test('Of a deleted post nothing remains but its id, and its deletion is enqueued', async () => {
  const { id } = await say('@carol #one')
  await deletePost(ctx, alice, id)
  expect(await findStatus(ctx.db, id)).toMatchObject({
    id,
    source: null,
    summary: '',
    mentions: [],
    tags: [],
    attachments: [],
    deletedAt: expect.any(Date),
  })
  expect((await listJobs(ctx.db)).at(-1)).toEqual({ name: 'status.deleted', data: { statusId: id } })
})

test('Nobody edits or deletes what is not theirs, or is gone', async () => {
  const { id } = await say('Mine')
  const before = await listJobs(ctx.db)
  const missing = { code: 'not_found' }
  await expect(editPost(ctx, carol, id, { text: 'Hers' })).rejects.toMatchObject(missing)
  await expect(deletePost(ctx, carol, id)).rejects.toMatchObject(missing)
  await expect(editPost(ctx, alice, '12345', { text: 'What' })).rejects.toMatchObject(missing)
  expect(await findStatus(ctx.db, id)).toMatchObject({ source: 'Mine', deletedAt: null })
  expect(await listJobs(ctx.db)).toEqual(before)
  await deletePost(ctx, alice, id)
  await expect(deletePost(ctx, alice, id)).rejects.toMatchObject(missing)
  await expect(editPost(ctx, alice, id, { text: 'Back again' })).rejects.toMatchObject(missing)
})
