import type { Context } from '../../../context.ts'
import type { Visibility } from '../../../db/schema.ts'
import type { Actor } from '../../../store/actors.ts'
import type { Claim } from '../../../store/imported-posts.ts'
import type { Status } from '../../../store/statuses.ts'
import { mayBoost } from '../../interactions/boost-visibility.ts'
import { getVisibleStatus } from '../../statuses/get-visible.ts'
import { DomainError } from '../../../lib/errors.ts'
import type { Asking } from './ask-elsewhere.ts'
import { bringMedia } from './bring-media.ts'
import type { PostToImport } from './import-posts.ts'
import type { ArchiveItem, ArchiveSource } from './source.ts'

/** What all items of one import have in common. */
export type Bringing = {
  readonly account: Actor
  readonly source: ArchiveSource
  readonly claim: Claim
  readonly asking: Asking
}

/** An item for which everything has been asked and kept that must be before it is stored. */
export type Prepared =
  | { readonly kind: 'post'; readonly post: PostToImport; readonly problems: readonly string[] }
  | { readonly kind: 'boost'; readonly boosted: Status; readonly visibility: Visibility; readonly at: Date }
  | { readonly kind: 'bookmark'; readonly status: Status }
  | { readonly kind: 'failed'; readonly what: string; readonly why: string }

/** @param isKnown whether a post with this id was brought before: then nothing is made ready for it */
export async function prepareItem(
  ctx: Context,
  bringing: Bringing,
  item: ArchiveItem,
  isKnown: (uri: string) => boolean,
): Promise<Prepared> {
  switch (item.kind) {
    case 'post':
      return preparePost(ctx, bringing, item.document, isKnown)
    case 'boost':
      return prepareBoost(ctx, bringing, item)
    case 'bookmark':
      return prepareBookmark(ctx, bringing, item.uri)
    case 'other':
      return { kind: 'failed', what: item.what, why: 'This is not brought along.' }
  }
}

async function preparePost(
  ctx: Context,
  bringing: Bringing,
  document: Record<string, unknown>,
  isKnown: (uri: string) => boolean,
): Promise<Prepared> {
  const { source, claim, account } = bringing
  const note = ctx.documents.readPost(document, source.followersUri)
  if (note === undefined)
    return { kind: 'failed', what: nameOf(document), why: 'This cannot be read as a post.' }
  if (note.attributedTo !== source.actorUri)
    return { kind: 'failed', what: note.id, why: 'This was written by somebody else.' }
  const media = isKnown(note.id)
    ? { attachments: [], problems: [] }
    : await bringMedia(ctx, account, bringing, note)
  const formerUris = source.formerUris.get(note.id) ?? []
  const pinned = source.pinned.has(note.id)
  const { attachments, problems } = media
  return { kind: 'post', post: { note, claim, formerUris, pinned, attachments }, problems }
}

function nameOf({ id }: Record<string, unknown>): string {
  return typeof id === 'string' ? id : 'something without an id'
}

/** A boost stands for what is here and may be boosted; nobody learns of it. */
async function prepareBoost(
  ctx: Context,
  { account, asking }: Bringing,
  { boosted: uri, published, visibility }: Extract<ArchiveItem, { kind: 'boost' }>,
): Promise<Prepared> {
  const boosted = await findVisible(ctx, account, await asking.find(uri))
  if (boosted === undefined || boosted.boostOfId !== null)
    return { kind: 'failed', what: uri, why: 'What was boosted cannot be had.' }
  if (!mayBoost(account.id, boosted)) return { kind: 'failed', what: uri, why: 'This may not be boosted.' }
  const date = new Date(published ?? Number.NaN)
  const now = ctx.now()
  return { kind: 'boost', boosted, visibility, at: date <= now ? date : now }
}

async function prepareBookmark(ctx: Context, { account, asking }: Bringing, uri: string): Promise<Prepared> {
  const status = await findVisible(ctx, account, await asking.find(uri))
  if (status === undefined) return { kind: 'failed', what: uri, why: 'What was bookmarked cannot be had.' }
  return { kind: 'bookmark', status }
}

async function findVisible(
  ctx: Context,
  { id: viewerId }: Actor,
  status: Status | undefined,
): Promise<Status | undefined> {
  if (status === undefined) return undefined
  try {
    return await getVisibleStatus(ctx, status.id, viewerId)
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
