import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import {
  deleteFeaturedTag,
  insertFeaturedTag,
  listFeaturedTags,
  lockAccountRow,
} from '../../store/featured.ts'
import { enqueue } from '../../store/jobs.ts'
import { readTag } from '../tags/read-tag.ts'
import { featuredLimits } from './limits.ts'

/**
 * An account shows a hashtag on its profile.
 * @returns the tag as it is stored
 * @throws DomainError `invalid` for what is no hashtag, and when there are ten already
 */
export async function featureTag(ctx: Context, account: Actor, typed: string): Promise<string> {
  const tag = readTag(typed)
  await transact(ctx, async (tx) => {
    await lockAccountRow(tx.db, account.id)
    const tags = await listFeaturedTags(tx.db, account.id, featuredLimits.tags)
    if (tags.includes(tag)) return
    if (tags.length >= featuredLimits.tags)
      throw new DomainError('invalid', `You feature ${featuredLimits.tags} hashtags already: drop one first.`)
    await insertFeaturedTag(tx.db, account.id, tag)
    await enqueue(tx, 'tag.featured', { accountId: account.id, tag })
  })
  return tag
}

/** Nothing happens when it is not featured. @throws DomainError `invalid` for what is no hashtag */
export async function unfeatureTag(ctx: Context, account: Actor, typed: string): Promise<string> {
  const tag = readTag(typed)
  await transact(ctx, async (tx) => {
    const was = await deleteFeaturedTag(tx.db, account.id, tag)
    if (was) await enqueue(tx, 'tag.unfeatured', { accountId: account.id, tag })
  })
  return tag
}
