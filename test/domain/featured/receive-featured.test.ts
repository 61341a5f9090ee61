import { expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { receiveFeatured } from '../../../src/domain/featured/receive-featured.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { listFeaturedIds } from '../../../src/store/featured.ts'
import { insertRemoteStatuses } from '../../../src/store/statuses.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember, createStranger } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())

test('Somebody features posts of their own, and no boosts, whosever post that is', async () => {
  const alice = await createMember(ctx, 'alice')
  const bob = await createStranger(ctx, 'bob')
  const ours = await createPost(ctx, alice, { text: 'Ours', visibility: 'public' })
  const keep = async (more: object) => {
    const id = ctx.newId()
    const row = { id, actorId: bob.id, visibility: 'public' as const, createdAt: ctx.now(), ...more }
    await transact(ctx, (tx) => insertRemoteStatuses(tx.db, [{ ...row, uri: `${bob.uri}/statuses/${id}` }]))
    return id
  }
  const post = await keep({})
  const boosts = [
    await keep({ boostOfId: ours.id }),
    await keep({ boostOfId: ctx.newId(), boostOfUri: 'https://third.example/1' }),
  ]
  for (const id of [...boosts, ours.id, post]) await receiveFeatured(ctx, bob, id)
  expect(await listFeaturedIds(ctx.db, bob.id, 10)).toEqual([post])
})
