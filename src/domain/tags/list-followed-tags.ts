import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listTagFollows, type TagFollow } from '../../store/tag-follows.ts'

/** In alphabetical order. */
export async function listFollowedTags(
  ctx: Pick<Context, 'db'>,
  account: Pick<Actor, 'id'>,
): Promise<TagFollow[]> {
  return listTagFollows(ctx.db, account.id)
}
