import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteTagFollow } from '../../store/tag-follows.ts'
import { readTag } from './read-tag.ts'

/**
 * Nothing happens when the tag is not followed.
 * @returns the tag as it was stored
 * @throws DomainError `invalid` for what is no tag
 */
export async function unfollowTag(ctx: Context, account: Pick<Actor, 'id'>, typed: string): Promise<string> {
  const tag = readTag(typed)
  await transact(ctx, (tx) => deleteTagFollow(tx.db, account.id, tag))
  return tag
}
