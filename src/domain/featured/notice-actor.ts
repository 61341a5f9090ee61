import type { TxContext } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { isFeaturedWanted } from '../../store/featured.ts'
import { enqueue } from '../../store/jobs.ts'
import { featuredKnownForMs } from './limits.ts'

/** Somebody elsewhere was met or followed: what they feature is read, once a day, when somebody here follows them. */
export async function noticeActor(ctx: TxContext, actor: Actor): Promise<void> {
  if (actor.isLocal || (actor.featuredUrl === null && actor.featuredTagsUrl === null)) return
  const before = new Date(ctx.now().getTime() - featuredKnownForMs)
  if (!(await isFeaturedWanted(ctx.db, actor.id, before))) return
  await enqueue(ctx, 'actor.met', { actorId: actor.id })
}
