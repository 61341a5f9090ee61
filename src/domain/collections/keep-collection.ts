import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { isBlocking } from '../../store/blocks.ts'
import {
  countCollections,
  deleteCollection,
  findCollection,
  insertCollection,
  lockCollection,
  updateCollection,
  type Collection,
} from '../../store/collections.ts'
import { lockAccountRow } from '../../store/featured.ts'
import { readTag } from '../tags/read-tag.ts'
import { collectionLimits } from './limits.ts'
import { addAccount } from './collection-items.ts'

export type CollectionChanges = {
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** As somebody typed it; an empty one takes it away. */
  readonly tag?: string | undefined
  /** BCP 47; an empty one takes it away. */
  readonly language?: string | undefined
  readonly sensitive?: boolean | undefined
  readonly discoverable?: boolean | undefined
}

/**
 * @param targetIds whom it begins with
 * @throws DomainError `invalid` for a name or description that will not do, for more than ten collections and for more
 *   than 25 accounts; what `addAccount` throws
 */
export async function createCollection(
  ctx: Context,
  account: Actor,
  changes: CollectionChanges,
  targetIds: readonly string[],
): Promise<Collection> {
  const columns = describe({ ...changes, name: changes.name ?? '' })
  return transact(ctx, async (tx) => {
    await lockAccountRow(tx.db, account.id)
    if ((await countCollections(tx.db, account.id)) >= collectionLimits.collections)
      throw new DomainError(
        'invalid',
        `Validation failed: you have ${collectionLimits.collections} collections already`,
      )
    const head = { id: tx.newId(), accountId: account.id, createdAt: tx.now(), updatedAt: tx.now() }
    const collection = await insertCollection(tx.db, { ...head, name: '', ...columns })
    for (const targetId of new Set(targetIds)) await addAccount(tx, account, collection.id, targetId)
    return collection
  })
}

/** What is undefined stays. @throws DomainError like `getOwnCollection`, and `invalid` like `createCollection` */
export async function changeCollection(
  ctx: Context,
  account: Actor,
  id: string,
  changes: CollectionChanges,
): Promise<Collection> {
  const columns = describe(changes)
  return transact(ctx, async (tx) => {
    requireOwn(await lockCollection(tx.db, id), account)
    await updateCollection(tx.db, id, { ...columns, updatedAt: tx.now() })
    return requireOwn(await findCollection(tx.db, id), account)
  })
}

export async function dropCollection(ctx: Context, account: Actor, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    requireOwn(await lockCollection(tx.db, id), account)
    await deleteCollection(tx.db, id)
  })
}

/** As anybody who is not blocked by who made it may see it. @throws DomainError `not_found` */
export async function getCollection(
  { db }: Pick<Context, 'db'>,
  id: string,
  viewer: Actor | undefined,
): Promise<{ collection: Collection; owner: Actor }> {
  const collection = await findCollection(db, id)
  const owner = collection && (await findActor(db, collection.accountId))
  const isGone = owner === undefined || owner.deletedAt !== null || owner.hidden
  if (collection === undefined || isGone) throw noSuchCollection()
  if (viewer !== undefined && (await isBlocking(db, owner.id, viewer.id))) throw noSuchCollection()
  return { collection, owner }
}

/** @throws DomainError `not_found` for what is not there, `forbidden` for somebody else's */
function requireOwn(collection: Collection | undefined, account: Actor): Collection {
  if (collection === undefined) throw noSuchCollection()
  if (collection.accountId === account.id) return collection
  throw new DomainError('forbidden', 'This action is not allowed')
}

function noSuchCollection(): DomainError {
  return new DomainError('not_found', 'There is no such collection.')
}

function describe({ name, description, tag, language, sensitive, discoverable }: CollectionChanges) {
  const title = name?.trim()
  if (title === '') throw new DomainError('invalid', "Validation failed: Name can't be blank")
  requireLength('Name', title, collectionLimits.name)
  requireLength('Description', description, collectionLimits.description)
  return {
    ...(title !== undefined && { name: title }),
    ...(description !== undefined && { description }),
    ...(tag !== undefined && { tag: tag === '' ? null : readTag(tag) }),
    ...(language !== undefined && { language: language === '' ? null : language }),
    ...(sensitive !== undefined && { sensitive }),
    ...(discoverable !== undefined && { discoverable }),
  }
}

function requireLength(what: string, text: string | undefined, limit: number): void {
  if (text !== undefined && Array.from(text).length > limit)
    throw new DomainError('invalid', `Validation failed: ${what} is longer than ${limit} characters`)
}
