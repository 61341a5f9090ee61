import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { asObject } from '../../lib/as-object.ts'
import type { Actor } from '../../store/actors.ts'
import { joinImportedThreads } from '../../store/imported-posts.ts'
import { listRemoteKeysOf } from '../../store/keys.ts'
import { findFormerIdentity, type Recovery } from '../../store/recoveries.ts'
import { listDuePosts, settleItems } from '../../store/recovery-items.ts'
import { createAsking } from '../imports/archive/ask-elsewhere.ts'
import { prepareItem, type Bringing, type Prepared } from '../imports/archive/prepare-item.ts'
import type { ArchiveItem } from '../imports/archive/source.ts'
import { storeBatch } from '../imports/archive/store-batch.ts'
import { postItem, type KitItem } from '../kits/kit-items.ts'
import { listFiles, type KeptFile } from './kit-files.ts'

const postsAtOnce = 40

/**
 * Brings the posts and boosts along, oldest first, as an archive of them would: at their dates, with nobody told.
 * Files that the kit holds are kept here; others are asked for where they were.
 */
export async function restorePosts(
  ctx: Context,
  account: Actor,
  recovery: Recovery,
  deadline: number,
): Promise<void> {
  let bringing: Bringing | undefined
  const files = await listFiles(ctx, recovery.id)
  while (Date.now() < deadline) {
    const items = await listDuePosts(ctx.db, recovery.id, postsAtOnce)
    if (items.length === 0) break
    const posts = items.map(({ data }) => postItem.parse(data))
    bringing ??= await prepareBringing(ctx, account, recovery, files)
    const former = new Map(posts.map(({ uri, former_uris: uris }) => [uri, uris]))
    const pinned = new Set(posts.flatMap((post) => (post.pinned ? [post.uri] : [])))
    const source = { ...bringing.source, formerUris: former, pinned }
    const prepared: Prepared[] = []
    for (const post of posts)
      prepared.push(await prepareItem(ctx, { ...bringing, source }, describe(post, files), () => false))
    const outcomes = prepared.map((each, index) => ({
      number: items[index]!.number,
      detail: each.kind === 'failed' ? each.why : null,
    }))
    await transact(ctx, async (tx) => {
      await storeBatch(tx, account, prepared, 1)
      await settleItems(tx.db, recovery.id, outcomes)
    })
  }
  if (bringing !== undefined) await transact(ctx, (tx) => joinImportedThreads(tx.db, account.id))
}

async function prepareBringing(
  ctx: Context,
  account: Actor,
  { formerUri }: Recovery,
  files: ReadonlyMap<string, KeptFile>,
): Promise<Bringing> {
  const identity = await findFormerIdentity(ctx.db, formerUri)
  const { followers } = asObject(JSON.parse(identity?.document ?? '{}'))
  const known = await listRemoteKeysOf(ctx.db, formerUri)
  return {
    account,
    // With a key that we learnt from the old server itself it is certain whose posts they are.
    claim: known.length > 0 ? 'proven' : 'unopposed',
    asking: createAsking(ctx, account),
    source: {
      software: 'holdfast',
      actorUri: formerUri,
      followersUri: typeof followers === 'string' ? followers : undefined,
      pinned: new Set(),
      formerUris: new Map(),
      items: async function* () {},
      fileOf: (url) => files.get(url),
      [Symbol.asyncDispose]: async () => {},
    },
  }
}

function describe(post: KitItem<'posts'>, files: ReadonlyMap<string, KeptFile>): ArchiveItem {
  const { uri, visibility, activity } = post
  const { object, published } = activity
  if (activity['type'] !== 'Announce') return { kind: 'post', document: inside(object, files) }
  const boosted = typeof object === 'string' ? object : ''
  return {
    kind: 'boost',
    uri,
    boosted,
    published: typeof published === 'string' ? published : null,
    visibility,
  }
}

/** Attachments whose files the kit holds are named by what `fileOf` knows. */
function inside(note: unknown, files: ReadonlyMap<string, KeptFile>): Record<string, unknown> {
  const object = asObject(note)
  const { attachment } = object
  if (!Array.isArray(attachment)) return object
  const named = attachment.map((each: unknown) => {
    const file = asObject(each)
    const name = [...files].find(([, { url }]) => url === file['url'])?.[0]
    return name === undefined ? each : { ...file, url: name }
  })
  return { ...object, attachment: named }
}
