import type { Context } from '../../context.ts'
import { createMemory } from '../../lib/memory.ts'
import type { Actor } from '../../store/actors.ts'
import { listNewTo, listPopularIds, listSuggestedIds } from '../../store/suggestions.ts'

/** `friends`: whom those follow whom the member follows. `popular`: who says something here, and is followed most. */
export type Suggested = { readonly id: string; readonly why: 'friends' | 'popular' }

const popular = createMemory<readonly string[]>(10 * 60_000)
/** Enough that somebody is left to those who follow most of them. */
const mostPopular = 300

/** Whom a member may want to follow. Who follows nobody yet is shown who is popular: nobody begins with nothing. */
export async function suggestPeople(ctx: Context, member: Actor, limit: number): Promise<Suggested[]> {
  const { db, keyring } = ctx
  const friends = await listSuggestedIds(db, member.id, limit)
  const others =
    friends.length === limit ? [] : await popular(keyring, ctx.now(), () => listPopularIds(db, mostPopular))
  const left = others.filter((id) => !friends.includes(id))
  const filling = await listNewTo(db, member.id, left, limit - friends.length)
  return [
    ...friends.map((id) => ({ id, why: 'friends' as const })),
    ...filling.map((id) => ({ id, why: 'popular' as const })),
  ]
}
