import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { readFeatured } from '../../../src/domain/featured/read-featured.ts'
import { listFeaturedIds, listFeaturedTags } from '../../../src/store/featured.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let bob: Stranger
const asked: string[] = []
let fails = true

beforeAll(async () => {
  world = await createTestContext()
  bob = await createStranger(world.ctx, 'bob', {
    featuredUrl: 'https://away.example/users/bob/featured',
    featuredTagsUrl: 'https://away.example/users/bob/tags',
  })
  const note = draftNote(bob)
  const remote = {
    ...world.ctx.remote,
    readCollection: async (uri: string) => {
      asked.push(uri)
      return { items: [note.id], requests: 1 }
    },
    askNote: async () => note,
    readTags: async (uri: string) => {
      asked.push(uri)
      if (fails) throw new Error('The connection broke')
      return ['sea']
    },
  }
  ctx = { ...world.ctx, remote }
})
afterAll(() => world.close())

test('What breaks off halfway is done again, and once it is done no more that day', async () => {
  const read = () => readFeatured(ctx, { actorId: bob.id })
  const both = [bob.featuredUrl, bob.featuredTagsUrl]
  await expect(read()).rejects.toThrow('The connection broke')
  expect(asked).toEqual(both)
  fails = false
  await read()
  expect(asked).toEqual([...both, ...both])
  expect(await listFeaturedIds(ctx.db, bob.id, 10)).toHaveLength(1)
  expect(await listFeaturedTags(ctx.db, bob.id, 10)).toEqual(['sea'])
  await read()
  expect(asked).toEqual([...both, ...both])
})
