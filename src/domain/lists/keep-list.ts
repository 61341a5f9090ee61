import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteList, findList, insertList, listLists, updateList, type List } from '../../store/lists.ts'
import { lockAccountRow } from '../../store/featured.ts'

export const listLimits = { lists: 50, title: 255, members: 1000 } as const

export const repliesPolicies = ['followed', 'list', 'none'] as const

export type ListChanges = {
  readonly title?: string | undefined
  readonly repliesPolicy?: (typeof repliesPolicies)[number] | undefined
  readonly exclusive?: boolean | undefined
}

/** @throws DomainError `invalid` without a title, with one that is too long, and when there are 50 already */
export async function createList(ctx: Context, account: Actor, chosen: ListChanges): Promise<List> {
  const title = requireTitle(chosen.title ?? '')
  return transact(ctx, async (tx) => {
    await lockAccountRow(tx.db, account.id)
    if ((await listLists(tx.db, account.id)).length >= listLimits.lists)
      throw new DomainError('invalid', `Validation failed: you have ${listLimits.lists} lists already`)
    return insertList(tx.db, {
      id: tx.newId(),
      accountId: account.id,
      title,
      repliesPolicy: chosen.repliesPolicy ?? 'list',
      exclusive: chosen.exclusive ?? false,
      createdAt: tx.now(),
    })
  })
}

/** What is undefined stays. @throws DomainError `not_found` unless it is theirs, `invalid` for a title that is none */
export async function changeList(
  ctx: Context,
  account: Actor,
  id: string,
  changes: ListChanges,
): Promise<List> {
  const { title, repliesPolicy, exclusive } = changes
  await getList(ctx, account, id)
  await transact(ctx, (tx) =>
    updateList(tx.db, id, {
      ...(title !== undefined && { title: requireTitle(title) }),
      ...(repliesPolicy !== undefined && { repliesPolicy }),
      ...(exclusive !== undefined && { exclusive }),
    }),
  )
  return getList(ctx, account, id)
}

/** @throws DomainError `not_found` unless it is theirs */
export async function dropList(ctx: Context, account: Actor, id: string): Promise<void> {
  await getList(ctx, account, id)
  await transact(ctx, (tx) => deleteList(tx.db, id))
}

/** @throws DomainError `not_found` unless it is theirs */
export async function getList(ctx: Pick<Context, 'db'>, account: Actor, id: string): Promise<List> {
  const list = await findList(ctx.db, account.id, id)
  if (list !== undefined) return list
  throw new DomainError('not_found', 'There is no such list.')
}

function requireTitle(title: string): string {
  const trimmed = title.trim()
  if (trimmed === '') throw new DomainError('invalid', "Validation failed: Title can't be blank")
  if (Array.from(trimmed).length <= listLimits.title) return trimmed
  throw new DomainError('invalid', `Validation failed: Title is longer than ${listLimits.title} characters`)
}
