import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { lockAccountRow } from '../../store/featured.ts'
import { findFollowBetween } from '../../store/follows.ts'
import {
  countListMembers,
  insertListMembers,
  listLists,
  listListsWith,
  type List,
} from '../../store/lists.ts'
import { followActor } from '../follows/follow-actor.ts'
import { createList, listLimits } from '../lists/keep-list.ts'
import { findPerson, knockAt } from './find-person.ts'
import { cellsOf, type RowWork } from './row-work.ts'
import { added, kept } from './work-on-people.ts'

/**
 * Whoever is on a list is followed, as Mastodon does it; they are on it from the moment when they were asked.
 */
export const listsWork: RowWork<Actor> = {
  async find(job) {
    const target = await findPerson(job)
    if ((await findFollowBetween(job.ctx.db, job.account.id, target.id)) === undefined)
      await knockAt(job, target)
    return target
  },
  async apply(tx, { account, dryRun, row }, target) {
    const title = cellsOf(row)[0] ?? ''
    await lockAccountRow(tx.db, account.id)
    const there = await listListsWith(tx.db, account.id, target.id)
    if (there.some((list) => list.title === title)) return kept(target)
    if (account.id === target.id) throw new DomainError('invalid', 'You cannot follow yourself.')
    if (dryRun) return added(target)
    const list = (await findByTitle(tx, account, title)) ?? (await createList(tx, account, { title }))
    if ((await countListMembers(tx.db, list.id)) >= listLimits.members)
      throw new DomainError('invalid', `A list has at most ${listLimits.members} people.`)
    if ((await findFollowBetween(tx.db, account.id, target.id)) === undefined)
      await followActor(tx, account, target)
    await insertListMembers(tx.db, [{ listId: list.id, targetId: target.id, targetUri: target.uri }])
    return added(target)
  },
}

async function findByTitle(
  { db }: Pick<Context, 'db'>,
  account: Actor,
  title: string,
): Promise<List | undefined> {
  return (await listLists(db, account.id)).find((list) => list.title === title)
}
