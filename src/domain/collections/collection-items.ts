import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findPresentActor, type Actor } from '../../store/actors.ts'
import { isBlocking } from '../../store/blocks.ts'
import {
  deleteItem,
  findItem,
  findItemOf,
  insertItem,
  listItems,
  lockCollection,
  revokeItem,
  type CollectionItem,
} from '../../store/collections.ts'
import { collectionLimits } from './limits.ts'

/** The same again changes nothing. @throws DomainError like `addAccount`, and for a collection that is not theirs */
export async function addToCollection(
  ctx: Context,
  account: Actor,
  collectionId: string,
  targetId: string,
): Promise<CollectionItem> {
  return transact(ctx, async (tx) => {
    await requireOwnLocked(tx, account, collectionId)
    return addAccount(tx, account, collectionId, targetId)
  })
}

/**
 * Puts somebody into a collection that is held. Members who want to be found agree to it; others are not put anywhere.
 * @throws DomainError `not_found` for nobody, `invalid` for somebody elsewhere, who cannot be asked, and for the 26th,
 *   `forbidden` for somebody who does not want to be found, blocks who made it, or has taken themselves out
 */
export async function addAccount(
  tx: TxContext,
  account: Actor,
  collectionId: string,
  targetId: string,
): Promise<CollectionItem> {
  const target = await findPresentActor(tx.db, targetId)
  if (target === undefined || target.hidden || target.type === 'Application')
    throw new DomainError('not_found', 'There is no such account.')
  const known = await findItemOf(tx.db, collectionId, targetId)
  if (known?.state === 'accepted') return known
  await requireWilling(tx, account, target, known)
  if ((await listItems(tx.db, [collectionId])).length >= collectionLimits.accounts)
    throw new DomainError(
      'invalid',
      `Validation failed: a collection has at most ${collectionLimits.accounts} accounts`,
    )
  const item = { id: tx.newId(), collectionId, targetId, createdAt: tx.now() }
  await insertItem(tx.db, { ...item, targetUri: target.uri, state: 'accepted' })
  return { ...item, state: 'accepted' }
}

async function requireWilling(
  { db }: TxContext,
  account: Actor,
  target: Actor,
  known: CollectionItem | undefined,
): Promise<void> {
  if (!target.isLocal)
    throw new DomainError(
      'invalid',
      'Validation failed: only members of this server can be in a collection, since nobody else can be asked',
    )
  const isUnwilling = !target.discoverable || known !== undefined
  if (isUnwilling || (await isBlocking(db, target.id, account.id)))
    throw new DomainError('forbidden', 'This account does not want to be in this collection')
}

export async function takeFromCollection(
  ctx: Context,
  account: Actor,
  collectionId: string,
  itemId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    await requireOwnLocked(tx, account, collectionId)
    const item = requireItem(await findItem(tx.db, collectionId, itemId))
    if (item.state === 'accepted') await deleteItem(tx.db, item.id)
  })
}

/** Somebody takes themselves out, for good. @throws DomainError `not_found`, `forbidden` for somebody else */
export async function leaveCollection(
  ctx: Context,
  account: Actor,
  collectionId: string,
  itemId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const item = requireItem(await findItem(tx.db, collectionId, itemId))
    if (item.targetId !== account.id) throw notAllowed()
    await revokeItem(tx.db, item.id)
  })
}

function requireItem(item: CollectionItem | undefined): CollectionItem {
  if (item === undefined) throw new DomainError('not_found', 'Nobody is there.')
  return item
}

async function requireOwnLocked(tx: TxContext, account: Actor, id: string): Promise<void> {
  const collection = await lockCollection(tx.db, id)
  if (collection === undefined) throw new DomainError('not_found', 'There is no such collection.')
  if (collection.accountId !== account.id) throw notAllowed()
}

function notAllowed(): DomainError {
  return new DomainError('forbidden', 'This action is not allowed')
}
