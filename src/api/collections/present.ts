import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { tagUrl } from '../../domain/statuses/render-post.ts'
import { listActors } from '../../store/actors.ts'
import { listItems, type Collection, type CollectionItem } from '../../store/collections.ts'
import { isoDate } from '../entities/date.ts'

/** https://docs.joinmastodon.org/entities/CollectionItem/ */
export function presentItem({ id, targetId, state, createdAt }: CollectionItem) {
  return { id, account_id: targetId, state, created_at: isoDate(createdAt) }
}

/** https://docs.joinmastodon.org/entities/Collection/, with the same few queries for any number. */
export async function presentCollections(
  ctx: Pick<Context, 'config' | 'db'>,
  collections: readonly Collection[],
) {
  const [items, owners] = await Promise.all([
    listItems(
      ctx.db,
      collections.map(({ id }) => id),
    ),
    listActors(ctx.db, [...new Set(collections.map(({ accountId }) => accountId))]),
  ])
  return collections.flatMap((collection) => {
    const owner = owners.find(({ id }) => id === collection.accountId)
    if (owner === undefined) return []
    const { id, name, description, language, sensitive, discoverable, tag } = collection
    const own = items.filter(({ collectionId }) => collectionId === id)
    return {
      ...{ id, account_id: owner.id, uri: `${actorUri(ctx.config, owner)}/collections/${id}`, url: null },
      ...{ name, description, language, local: true, sensitive, discoverable },
      tag: tag === null ? null : { name: tag, url: tagUrl(ctx.config, tag) },
      item_count: own.length,
      items: own.map(presentItem),
      created_at: isoDate(collection.createdAt),
      updated_at: isoDate(collection.updatedAt),
    }
  })
}
