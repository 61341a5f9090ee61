import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import type { Kit } from '../../store/kits.ts'
import { batchItems } from './batch-items.ts'
import { collectKeys } from './collect-keys.ts'
import { collectMedia } from './collect-media.ts'
import {
  collectBlocks,
  collectDomainBlocks,
  collectFollowers,
  collectFollows,
  collectLists,
  collectMutes,
  collectNotes,
} from './collect-people.ts'
import { collectBookmarks, collectFilters, collectPosts } from './collect-posts.ts'
import { collectFormer, collectProfile } from './collect-profile.ts'
import type { KitPart } from './kit-format.ts'
import { sealLetters } from './seal-letters.ts'

/**
 * All that a copy holds, read as it is written: what is needed first comes first, what is large comes last. It is no
 * picture of one moment: somebody who follows while it is written may be in it or not.
 */
export async function* collectParts(ctx: Context, account: Actor, kit: Kit): AsyncGenerator<KitPart> {
  const { id } = account
  const { standbyUri } = kit
  yield* batchItems('profile', [await collectProfile(ctx, account, standbyUri)])
  yield* batchItems('former', await collectFormer(ctx, id))
  if (standbyUri !== null) yield* batchItems('letters', await sealLetters(ctx, account, standbyUri))
  if (kit.includesKey) yield* batchItems('key', await collectKeys(ctx, account))
  yield* batchItems('followers', collectFollowers(ctx, id))
  yield* batchItems('follows', collectFollows(ctx, id))
  yield* batchItems('lists', collectLists(ctx, id))
  yield* batchItems('blocks', collectBlocks(ctx, id))
  yield* batchItems('mutes', collectMutes(ctx, id))
  yield* batchItems('domain_blocks', collectDomainBlocks(ctx, id))
  yield* batchItems('notes', collectNotes(ctx, id))
  yield* batchItems('filters', collectFilters(ctx, id))
  yield* batchItems('bookmarks', collectBookmarks(ctx, id))
  yield* batchItems('posts', collectPosts(ctx, id))
  yield* batchItems('media', collectMedia(ctx, id, kit.includesMedia))
}
