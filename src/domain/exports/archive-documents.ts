import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listFormerIdRows, listLikeRows } from '../../store/archives.ts'
import { listBookmarkRows, type PageAfter } from '../../store/kit-contents.ts'
import { statusUri } from '../accounts/addresses.ts'
import { readPages } from '../kits/batch-items.ts'
import { collectPosts } from '../kits/collect-posts.ts'
import type { Json } from '../documents/own-documents.ts'
import { archiveFiles, archiveFolders } from './archive-format.ts'

type Reader = Pick<Context, 'config' | 'db' | 'documents' | 'keyring' | 'now'>

/** The actor document, with its pictures and collections as files of the archive. */
export async function writeActorFile(ctx: Reader, account: Actor): Promise<string> {
  const document = await ctx.documents.actor(ctx, account)
  const { outbox, likes, bookmarks, featured } = archiveFiles
  return JSON.stringify({
    ...document,
    ...withPicture(document, 'icon', pictureFile('avatar', account.iconUrl)),
    ...withPicture(document, 'image', pictureFile('header', account.imageUrl)),
    ...{ outbox, likes, bookmarks, featured },
  })
}

/** What a picture of the profile is called in the archive. */
export function pictureFile(name: 'avatar' | 'header', url: string | null): string | undefined {
  const extension = /^\/media\/[\w-]+\.(\w+)$/.exec(url ?? '')?.[1]
  return extension === undefined ? undefined : `${name}.${extension}`
}

function withPicture(document: Json, name: string, file: string | undefined): Json {
  const picture = document[name]
  return isObject(picture) && file !== undefined ? { [name]: { ...picture, url: file } } : {}
}

/** All that an account said. @param pinned takes the ids of pinned posts. @param onItem told of each */
export async function* listActivities(
  ctx: Reader,
  account: Actor,
  pinned: string[],
  onItem: () => void,
): AsyncGenerator<Json> {
  for await (const post of collectPosts(ctx, account.id)) {
    if (post.pinned) pinned.push(post.uri)
    yield withOwnFiles(ctx, post.activity)
    onItem()
  }
}

/** Ids that posts had elsewhere. */
export async function* listFormerIds(ctx: Reader, account: Actor): AsyncGenerator<Json> {
  for await (const { position, uris } of readPages((page) => listFormerIdRows(ctx.db, account.id, page)))
    yield { id: statusUri(ctx.config, { id: position, uri: null }, account), formerIds: uris }
}

/** A Create whose attachments are files of the archive. */
function withOwnFiles({ config }: Reader, activity: Json): Json {
  const { object } = activity
  if (!isObject(object) || !Array.isArray(object['attachment'])) return activity
  const attachment = object['attachment'].map((each: unknown) => {
    if (!isObject(each)) return each
    const { icon } = each
    const ofIcon = isObject(icon) ? { icon: { ...icon, url: fileOf(config.origin, icon['url']) } } : {}
    return { ...each, url: fileOf(config.origin, each['url']), ...ofIcon }
  })
  return { ...activity, object: { ...object, attachment } }
}

/** Where a file of ours is in the archive; an address elsewhere stays what it is. */
function fileOf(origin: string, url: unknown): unknown {
  const ours = `${origin}/media/`
  return typeof url === 'string' && url.startsWith(ours) ? archiveFolders.media + url.slice(ours.length) : url
}

/** What an account likes or has set a bookmark at, by ids. */
export async function* listIds(
  ctx: Reader,
  account: Actor,
  what: 'likes' | 'bookmarks',
  onItem: () => void,
): AsyncGenerator<string> {
  const list = what === 'likes' ? listLikeRows : listBookmarkRows
  for await (const row of readPages((page: PageAfter) => list(ctx.db, account.id, page))) {
    yield statusUri(ctx.config, { id: row.statusId, uri: row.statusUri }, row)
    onItem()
  }
}

/** An OrderedCollection, item by item. @returns how many there were */
export async function* writeOrderedCollection(
  ctx: Reader,
  id: string,
  items: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<string, number> {
  const context = JSON.stringify(ctx.documents.context)
  yield `{"@context":${context},"id":${JSON.stringify(id)},"type":"OrderedCollection","orderedItems":[`
  const total = yield* writeItems(items)
  yield `],"totalItems":${total}}\n`
  return total
}

/** A JSON array without its brackets, an item a line. @returns how many there were */
export async function* writeItems(
  items: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<string, number> {
  let total = 0
  for await (const item of items) yield `${total++ === 0 ? '\n' : ',\n'}${JSON.stringify(item)}`
  return total
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
