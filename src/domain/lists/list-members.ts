import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { lockAccountRow } from '../../store/featured.ts'
import { listFollowedOf } from '../../store/follow-choices.ts'
import { countListMembers, deleteListMembers, insertListMembers } from '../../store/lists.ts'
import { getList, listLimits } from './keep-list.ts'

/**
 * Puts people on a list whom they follow or ask to, or themselves; whoever is on it already stays.
 * @throws DomainError `not_found` for a list that is not theirs or somebody whom they do not follow, `invalid` for more
 *   than 1,000 people on one
 */
export async function addToList(
  ctx: Context,
  account: Actor,
  listId: string,
  actorIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(actorIds)]
  await transact(ctx, async (tx) => {
    await lockAccountRow(tx.db, account.id)
    const list = await getList(tx, account, listId)
    const followed = await listFollowedOf(tx.db, account.id, ids)
    if (ids.some((id) => id !== account.id && !followed.has(id)))
      throw new DomainError('not_found', 'Only people whom you follow can be on a list, and you yourself.')
    const actors = await listActors(tx.db, ids)
    await insertListMembers(
      tx.db,
      actors.map(({ id, uri }) => ({ listId: list.id, targetId: id, targetUri: uri })),
    )
    if ((await countListMembers(tx.db, list.id)) > listLimits.members)
      throw new DomainError('invalid', `A list has at most ${listLimits.members} people.`)
  })
}

/** @throws DomainError `not_found` for a list that is not theirs */
export async function takeFromList(
  ctx: Context,
  account: Actor,
  listId: string,
  actorIds: readonly string[],
): Promise<void> {
  const list = await getList(ctx, account, listId)
  await transact(ctx, (tx) => deleteListMembers(tx.db, list.id, actorIds))
}
