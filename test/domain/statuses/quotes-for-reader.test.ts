import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { transact } from '../../../src/db/transact.ts'
import { allowDomain, blockDomain } from '../../../src/domain/moderation/block-domain.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { viewStatuses } from '../../../src/domain/statuses/view.ts'
import { loadThread } from '../../../src/domain/threads/load-thread.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { upsertBlock } from '../../../src/store/blocks.ts'
import { findPost, findRemoteStatus } from '../../../src/store/statuses.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor
let carol: Actor
let mallory: Stranger
/** By Mallory; and by Carol, who quotes it. */
let quotedId: string
let quotingId: string

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  carol = await createMember(ctx, 'carol')
  mallory = await createStranger(ctx, 'mallory', { domain: 'evil.example' })
  const note = draftNote(mallory)
  await receiveNote(ctx, { note, author: mallory, recipientId: null, wanted: true })
  quotedId = (await findRemoteStatus(ctx.db, note.id))!.id
  quotingId = (await createPost(ctx, carol, { text: 'Look', visibility: 'public' })).id
  const quote = { quoteOfId: quotedId, quoteUri: note.id, quoteState: 'accepted' }
  await ctx.db.updateTable('posts').set(quote).where('id', '=', quotingId).execute()
})
afterAll(() => world.close())
beforeEach(async () => {
  await ctx.db.deleteFrom('blocks').execute()
})

const block = (by: Actor, whom: Actor) =>
  transact(ctx, (tx) => upsertBlock(tx.db, { id: tx.newId(), actorId: by.id, targetId: whom.id }))

/** What the quote shows in the post and in its thread, and whether anything of it is held back. */
async function look(viewer?: Actor) {
  const [view] = await viewStatuses(ctx, [(await findPost(ctx.db, quotingId))!], viewer?.id)
  const { status } = await loadThread(ctx, quotingId, viewer?.id)
  expect(status.quote).toEqual(view?.quote)
  return { shown: view?.quote?.view?.status.id, isWithheld: view?.quote?.isWithheld }
}

const open = () => ({ shown: quotedId, isWithheld: false })
const withheld = { shown: undefined, isWithheld: true }

test('What somebody quotes is shown to a reader who may see it', async () => {
  expect(await look(alice)).toEqual(open())
  expect(await look()).toEqual(open())
})

test('A quote does not show a reader what somebody said who blocks them', async () => {
  await block(mallory, alice)
  expect(await look(alice)).toEqual(withheld)
  expect(await look(carol)).toEqual(open())
})

test('A quote does not show a reader what somebody said whom they block', async () => {
  await block(alice, mallory)
  expect(await look(alice)).toEqual(withheld)
  expect(await look(carol)).toEqual(open())
})

test('A quote shows nobody what was said from a blocked domain', async () => {
  await blockDomain(ctx, 'evil.example', '')
  for (const viewer of [alice, carol, undefined]) expect((await look(viewer)).shown).toBeUndefined()
  await allowDomain(ctx, 'evil.example')
  expect(await look(alice)).toEqual(open())
})
