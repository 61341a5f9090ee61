import type { Request } from 'express'
import type { Context } from '../context.ts'
import { isBoost, maySee } from '../domain/policy/visibility.ts'
import { viewStatuses, type StatusView } from '../domain/statuses/view.ts'
import { DomainError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { Actor } from '../store/actors.ts'
import type { Page, Status } from '../store/statuses.ts'

/** What pages are made from: they only read. */
export type Reader = Pick<Context, 'config' | 'db' | 'keyring' | 'now'>

export type PostPage = {
  readonly posts: readonly StatusView[]
  /** The id that this page begins below; undefined on the first. */
  readonly before: string | undefined
  /** The id that the next page begins below; undefined on the last. */
  readonly older: string | undefined
}

const pageSize = 20

/**
 * One page of what `list` gives, by the `before` of the request's query.
 * @throws DomainError `invalid` when that is no id
 */
export async function readPostPage(
  ctx: Reader,
  request: Request,
  list: (page: Page) => Promise<Status[]>,
): Promise<PostPage> {
  const { before } = request.query
  if (before !== undefined && !(typeof before === 'string' && isId(before)))
    throw new DomainError('invalid', 'That is not an address of a page.')
  const found = await list({ before, limit: pageSize + 1 })
  const shown = found.slice(0, pageSize)
  const older = found.length > pageSize ? shown.at(-1)?.id : undefined
  return { posts: await viewShown(ctx, shown), before, older }
}

/** Posts as strangers see them: of people who are still here, and what these boost if it is for everybody. */
export async function viewShown(ctx: Reader, statuses: readonly Status[]): Promise<StatusView[]> {
  const views = await viewStatuses(ctx, statuses)
  return views.filter((view) => isPresent(view.author) && (!isBoost(view.status) || isOpen(view.boostOf)))
}

/** Whether anybody may read it, wherever it was said. */
export function isOpen(view: StatusView | null): boolean {
  if (view === null || !isPresent(view.author)) return false
  return maySee({ ...view.status, isAuthorHidden: view.author.hidden }, undefined)
}

/** Whether somebody has a page here: the instance's own actor has not. */
export function isPresent(actor: Actor): boolean {
  return actor.type !== 'Application' && !actor.hidden && actor.deletedAt === null
}
