import { expect, test } from 'vitest'
import { createPost, type NewPost } from '../../../src/domain/statuses/create-post.ts'
import { viewLinkedStatuses } from '../../../src/domain/statuses/link-views.ts'
import { readActivity } from '../../../src/federation/vocab/read-activity.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { writeCreate } from '../../../src/federation/vocab/write-note.ts'
import { findStatus } from '../../../src/store/statuses.ts'
import { createTestContext, testOrigin } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'
import { use } from '../../support/use.ts'
import { contextsFrom } from './read-support.ts'

const world = await use(createTestContext())
const ctx = world.ctx
const alice = await createMember(ctx, 'alice')

async function write(input: Partial<NewPost>, columns: { attachments?: string; emojis?: string } = {}) {
  const { id } = await createPost(ctx, alice, { text: 'Hi', visibility: 'public', ...input })
  if (Object.keys(columns).length > 0)
    await ctx.db.updateTable('posts').set(columns).where('id', '=', id).execute()
  const [view] = await viewLinkedStatuses(ctx, [(await findStatus(ctx.db, id))!])
  return writeCreate(ctx.config, view!)
}

/** The post as a reader of its Create has it. */
async function readBack(create: Record<string, unknown>) {
  const activity = await readActivity(create, contextsFrom())
  const embedded = activity.ok ? activity.activity.object.embedded : undefined
  const read = embedded && readNote(embedded)
  if (!read?.ok) throw new Error('It cannot be read back')
  return read.note
}

test('Media and emoji are written as they are read', async () => {
  const image = { url: '/media/1.png', mediaType: 'image/png', description: 'A wren', width: 8, height: 6 }
  const more = { blurhash: 'U9Ss50of~qof', focalPoint: [0.5, -0.5] }
  const clip = {
    ...image,
    ...{ url: 'https://cdn.example/2.mp4', mediaType: 'video/mp4', description: null },
  }
  const none = { width: null, height: null, blurhash: null, focalPoint: null }
  const create = await write(
    {},
    {
      attachments: JSON.stringify([
        { ...image, ...more },
        { ...clip, ...none },
      ]),
      emojis: JSON.stringify([{ shortcode: 'wren', url: 'https://cdn.example/wren.png' }]),
    },
  )
  expect(create['object']).toMatchObject({
    attachment: [
      { type: 'Document', url: `${testOrigin}/media/1.png`, name: 'A wren', width: 8, height: 6, ...more },
      { type: 'Document', mediaType: 'video/mp4', url: 'https://cdn.example/2.mp4', name: null },
    ],
  })
  expect(await readBack(create)).toMatchObject({
    attachments: [
      { type: 'image', url: `${testOrigin}/media/1.png`, description: 'A wren', focalPoint: [0.5, -0.5] },
      { type: 'video', url: 'https://cdn.example/2.mp4' },
    ],
    emojis: [{ shortcode: 'wren', url: 'https://cdn.example/wren.png' }],
  })
})

test.each([true, false])('A poll is written as it is read: several answers %s', async (multiple) => {
  const poll = { options: ['Tea', 'Coffee'], multiple, endsInSeconds: 300 }
  const note = await readBack(await write({ poll, language: 'en' }))
  expect(note).toMatchObject({
    type: 'Question',
    language: 'en',
    poll: {
      multiple,
      options: [
        { name: 'Tea', votes: 0 },
        { name: 'Coffee', votes: 0 },
      ],
      closed: false,
      votersCount: 0,
      endTime: expect.any(Date),
    },
  })
})

test('A recording comes with how long it is and the picture that stands for it', async () => {
  const none = { description: null, blurhash: null, focalPoint: null }
  const clip = { url: '/media/1.mp4', mediaType: 'video/mp4', width: 640, height: 360, ...none }
  const create = await write(
    {},
    { attachments: JSON.stringify([{ ...clip, previewUrl: '/media/1.webp', duration: 12.5 }]) },
  )
  expect((create['object'] as { attachment: unknown }).attachment).toEqual([
    {
      ...{ type: 'Document', mediaType: 'video/mp4', url: `${testOrigin}/media/1.mp4`, name: null },
      ...{ width: 640, height: 360, duration: 'PT12.50S' },
      icon: { type: 'Image', mediaType: 'image/webp', url: `${testOrigin}/media/1.webp` },
    },
  ])
  const { attachments } = await readBack(create)
  expect(attachments).toMatchObject([{ type: 'video', url: `${testOrigin}/media/1.mp4` }])
})
