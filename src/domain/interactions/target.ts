import type { TxContext } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { isBlockedBetween } from '../../store/blocks.ts'
import { isDomainBlocked } from '../../store/hosts.ts'
import { holdStatus, type Status } from '../../store/statuses.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'

/** A status with its author, held as it is until the transaction ends. */
export type Target = { readonly status: Status; readonly author: Actor }

/**
 * What somebody does something with: the status, or what it boosts. Only what they may see counts, by somebody who is
 * still there and not blocked here, and where neither of the two blocks the other.
 * @throws DomainError `not_found`, in the same words for all of these
 */
export async function getTarget(ctx: TxContext, actorId: string, statusId: string): Promise<Target> {
  const named = await getVisibleStatus(ctx, statusId, actorId)
  const { id } = named.boostOfId === null ? named : await getVisibleStatus(ctx, named.boostOfId, actorId)
  const status = await holdStatus(ctx.db, id)
  const author = status?.deletedAt === null ? await findActor(ctx.db, status.actorId) : undefined
  const isThere = status !== undefined && author !== undefined && (await isWelcome(ctx, author))
  if (isThere && !(await isBlockedBetween(ctx.db, actorId, author.id))) return { status, author }
  throw new DomainError('not_found', 'There is no such post.')
}

/** The same for what arrives: undefined when it is nothing to act upon. */
export async function findTarget(
  ctx: TxContext,
  actorId: string,
  statusId: string | undefined,
): Promise<Target | undefined> {
  if (statusId === undefined) return undefined
  try {
    return await getTarget(ctx, actorId, statusId)
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return undefined
    throw error
  }
}

async function isWelcome({ db }: TxContext, author: Actor): Promise<boolean> {
  if (author.suspendedAt !== null || author.deletedAt !== null) return false
  return author.uri === null || !(await isDomainBlocked(db, new URL(author.uri).host))
}
