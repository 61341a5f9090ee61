import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, listActors, type Actor } from '../../store/actors.ts'
import { findBlock } from '../../store/blocks.ts'
import { carryMute, carryNote, listThoseWithChoices, type Passage } from '../../store/carried-choices.ts'
import { findFollowBetween } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { blockActor } from '../moderation/block-actor.ts'

const batchSize = 100

/**
 * What members said about somebody who moved holds for who they are now: notes, mutes and blocks, also of those who do
 * not follow them. Mutes and blocks are not put upon whom the member chose to follow there. A hundred members, and then
 * the next; again changes nothing.
 * @param moved `after` is the account behind which to go on
 */
export async function carryChoices(
  ctx: Context,
  { actorId, targetId, after }: { actorId: string; targetId: string; after: string },
): Promise<void> {
  const [from, to] = [await findActor(ctx.db, actorId), await findActor(ctx.db, targetId)]
  if (from === undefined || to === undefined) return
  const ids = await listThoseWithChoices(ctx.db, from.id, { after, limit: batchSize })
  for (const account of await listActors(ctx.db, ids))
    await transact(ctx, (tx) => carry(tx, account, from, to))
  const last = ids.at(-1)
  if (ids.length < batchSize || last === undefined) return
  await transact(ctx, (tx) => enqueue(tx, 'actor.carried', { actorId, targetId, after: last }))
}

async function carry(tx: TxContext, account: Actor, from: Actor, to: Actor): Promise<void> {
  if (account.id === to.id || account.deletedAt !== null) return
  const passage: Passage = { fromId: from.id, toId: to.id, toUri: to.uri }
  await carryNote(tx.db, account.id, passage)
  if ((await findFollowBetween(tx.db, account.id, to.id)) !== undefined) return
  await carryMute(tx.db, account.id, passage, tx.newId())
  if ((await findBlock(tx.db, account.id, from.id)) !== undefined) await blockActor(tx, account, to)
}
