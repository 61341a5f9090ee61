import { expect, test } from 'vitest'
import { actorUri, statusUri } from '../../../src/domain/accounts/addresses.ts'
import { findAccountByUri, findStatusIdByUri } from '../../../src/domain/accounts/resolve-local.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { createTestContext, testOrigin } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')

test('An account is found by its present actor id', async () => {
  expect(await findAccountByUri(ctx, actorUri(ctx.config, alice))).toEqual(alice)
  expect(await findAccountByUri(ctx, `${testOrigin}/users/nobody`)).toBeUndefined()
})

test('An account is found by the actor id that it had before it came here', async () => {
  const actor = 'https://former.example/users/al'
  await ctx.db
    .insertInto('formerIdentities')
    .values({
      id: ctx.newId(),
      accountId: alice.id,
      actorUri: actor,
      handle: 'al@former.example',
      document: '{}',
    })
    .execute()
  expect(await findAccountByUri(ctx, actor)).toEqual(alice)
  expect(await findAccountByUri(ctx, `${actor}2`)).toBeUndefined()
})

test('A post is found by its present id and by the one that it had before', async () => {
  const post = await createPost(ctx, alice, { text: 'Here I am', visibility: 'public' })
  const former = 'https://former.example/users/al/statuses/7'
  await ctx.db.insertInto('postFormerIds').values({ uri: former, postId: post.id }).execute()
  expect(await findStatusIdByUri(ctx, statusUri(ctx.config, post, alice))).toBe(post.id)
  expect(await findStatusIdByUri(ctx, former)).toBe(post.id)
})

test("Another server's status is found by the id that it came with, and never by one of ours", async () => {
  const bob = await createStranger(ctx, 'bob')
  const note = draftNote(bob)
  await receiveNote(ctx, { note, author: bob, recipientId: alice.id })
  const id = await findStatusIdByUri(ctx, note.id)
  expect(id).toMatch(/^\d+$/)
  expect(await findStatusIdByUri(ctx, `${testOrigin}/users/alice/statuses/${id}`)).toBeUndefined()
})

test('A post that never existed is not found', async () => {
  expect(await findStatusIdByUri(ctx, `${testOrigin}/users/alice/statuses/12345`)).toBeUndefined()
  expect(await findStatusIdByUri(ctx, 'https://away.example/nothing')).toBeUndefined()
})
