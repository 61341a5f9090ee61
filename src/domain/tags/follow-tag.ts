import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { lockAccountRow } from '../../store/featured.ts'
import { countTagFollows, insertTagFollow } from '../../store/tag-follows.ts'
import { readTag } from './read-tag.ts'

/** Home is one query over all of them. */
const maxFollowed = 500

/**
 * Public posts under this tag, as far as they reach this instance, stand in the account's home from now on.
 * @returns the tag as it is stored
 * @throws DomainError `invalid` for what is no tag, `invalid` also when there are 500 already
 */
export async function followTag(ctx: Context, account: Pick<Actor, 'id'>, typed: string): Promise<string> {
  const tag = readTag(typed)
  return transact(ctx, async (tx) => {
    await lockAccountRow(tx.db, account.id)
    await insertTagFollow(tx.db, { accountId: account.id, tag, createdAt: tx.now() })
    if ((await countTagFollows(tx.db, account.id)) > maxFollowed)
      throw new DomainError(
        'invalid',
        `Validation failed: an account follows at most ${maxFollowed} hashtags`,
      )
    return tag
  })
}
