import type { Context } from '../../context.ts'
import {
  addToCollection,
  leaveCollection,
  takeFromCollection,
} from '../../domain/collections/collection-items.ts'
import {
  changeCollection,
  createCollection,
  dropCollection,
  getCollection,
} from '../../domain/collections/keep-collection.ts'
import { isBlocking } from '../../store/blocks.ts'
import type { Actor } from '../../store/actors.ts'
import {
  listCollectionsOf,
  listCollectionsWith,
  listItems,
  type Collection,
} from '../../store/collections.ts'
import { presentInOrder } from '../accounts/account-page.ts'
import { getActiveAccount } from '../accounts/named-account.ts'
import { ApiError, recordNotFound } from '../errors.ts'
import { flag, id, ids, limit, offset, read, textOrEmpty } from '../input.ts'
import type { Call } from '../route.ts'
import { presentCollections, presentItem } from './present.ts'

/** Nobody goes on for as long. */
const mostPassedOver = 10_000

const shape = {
  name: textOrEmpty(1000),
  description: textOrEmpty(2000),
  tag_name: textOrEmpty(200),
  language: textOrEmpty(35),
  sensitive: flag,
  discoverable: flag,
}

/** https://docs.joinmastodon.org/methods/collections/ */
export async function addCollection(ctx: Context, { viewer, input }: Call<Actor>) {
  const { account_ids } = read(input, { account_ids: ids })
  return wrap(ctx, await createCollection(ctx, viewer, readChanges(input), account_ids))
}

export async function editCollection(ctx: Context, { viewer, params, input }: Call<Actor>) {
  return wrap(ctx, await changeCollection(ctx, viewer, params['id'] ?? '', readChanges(input)))
}

export async function removeCollection(ctx: Context, { viewer, params }: Call<Actor>) {
  await dropCollection(ctx, viewer, params['id'] ?? '')
  return {}
}

/** Who made it first, then who is in it. */
export async function showCollection(ctx: Context, { viewer, params }: Call) {
  const { collection, owner } = await getCollection(ctx, params['id'] ?? '', viewer)
  const items = await listItems(ctx.db, [collection.id])
  const accountIds = [...new Set([owner.id, ...items.map(({ targetId }) => targetId)])]
  return { ...(await wrap(ctx, collection)), accounts: await presentInOrder(ctx, accountIds) }
}

export async function addItem(ctx: Context, { viewer, params, input }: Call<Actor>) {
  const { account_id: targetId } = read(input, { account_id: id })
  if (targetId === undefined) throw new ApiError(422, "Validation failed: Account can't be blank")
  const item = await addToCollection(ctx, viewer, params['collection_id'] ?? '', targetId)
  return { collection_item: presentItem(item) }
}

export async function removeItem(ctx: Context, { viewer, params }: Call<Actor>) {
  await takeFromCollection(ctx, viewer, params['collection_id'] ?? '', params['id'] ?? '')
  return {}
}

export async function revokeOwnItem(ctx: Context, { viewer, params }: Call<Actor>) {
  await leaveCollection(ctx, viewer, params['collection_id'] ?? '', params['id'] ?? '')
  return {}
}

/** Of somebody else, those that they want to be found. */
export async function showCollectionsOf(ctx: Context, call: Call) {
  const owner = await getActiveAccount(ctx, call)
  const { viewer } = call
  if (viewer !== undefined && (await isBlocking(ctx.db, owner.id, viewer.id))) return { collections: [] }
  const cut = { ...readCut(call.input), onlyOpen: viewer?.id !== owner.id }
  return { collections: await presentCollections(ctx, await listCollectionsOf(ctx.db, owner.id, cut)) }
}

/** For the account itself alone. */
export async function showCollectionsWith(ctx: Context, call: Call<Actor>) {
  const account = await getActiveAccount(ctx, call)
  if (account.id !== call.viewer.id) throw recordNotFound()
  const found = await listCollectionsWith(ctx.db, account.id, readCut(call.input))
  return { collections: await presentCollections(ctx, found) }
}

async function wrap(ctx: Context, collection: Collection) {
  const [presented] = await presentCollections(ctx, [collection])
  return { collection: presented }
}

function readChanges(input: Call['input']) {
  const { tag_name: tag, ...changes } = read(input, shape)
  return { ...changes, tag }
}

function readCut(input: Call['input']) {
  return read(input, { limit: limit(40, 80), offset: offset(mostPassedOver) })
}
