import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import type { InteractionPolicyDraft } from '../../../src/domain/drafts.ts'
import { requireInteraction } from '../../../src/domain/policy/require-interaction.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { createTestContext, testOrigin, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let bob: Actor
let gil: Stranger
let serial = 0

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  bob = await createMember(ctx, 'bob')
  gil = await createStranger(ctx, 'gil', { followersUrl: 'https://away.example/users/gil/followers' })
})
afterAll(() => world.close())

/** A post of Gil's, as it is kept with the policy that came along. */
async function keep(interactionPolicy: InteractionPolicyDraft | undefined) {
  const id = `${gil.uri}/statuses/${++serial}`
  const note = draftNote(gil, { id, ...(interactionPolicy && { interactionPolicy }) })
  await receiveNote(ctx, { note, author: gil, recipientId: null, wanted: true })
  return (await findRemoteStatus(ctx.db, id))!
}
const only = (...automatic: string[]): InteractionPolicyDraft => ({ canReply: { automatic, manual: [] } })
const reply = async (policy: InteractionPolicyDraft | undefined) =>
  createPost(ctx, bob, { text: 'Well', visibility: 'public', inReplyToId: (await keep(policy)).id })

test('An answer is refused where its author wants none of ours', async () => {
  for (const policy of [only(gil.uri), only(), only(`${gil.uri}/followers`)])
    await expect(reply(policy)).rejects.toMatchObject({ code: 'forbidden' })
  for (const policy of [undefined, only('https://www.w3.org/ns/activitystreams#Public')])
    expect(await reply(policy)).toMatchObject({ source: 'Well' })
})

test('Whoever is listed by the id that others know them by is meant', async () => {
  expect(await reply(only(`${testOrigin}/users/bob`))).toMatchObject({ source: 'Well' })
})

test('What is ours is for our own rules', async () => {
  const post = await createPost(ctx, bob, { text: 'Mine', visibility: 'public', quotePolicy: 'nobody' })
  await expect(requireInteraction(ctx, post, bob, bob, 'like')).resolves.toBeUndefined()
})
