import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { findBoostId } from '../../store/boosts.ts'
import {
  listInteractionCounts,
  type InteractionCounts,
  type ReactionCount,
} from '../../store/interaction-counts.ts'
import { findLike } from '../../store/likes.ts'
import { listReactionsBy } from '../../store/reactions.ts'
import type { Status } from '../../store/statuses.ts'

/** What was done with a status, and what of it the viewer did. */
export type InteractionsView = Omit<InteractionCounts, 'reactions'> & {
  readonly reactions: readonly (ReactionCount & { readonly mine: boolean })[]
  readonly liked: boolean
  readonly boosted: boolean
}

/** For one status that the viewer may see; a boost stands for what it boosts. */
export async function viewInteractions(
  { db }: Pick<Context, 'db'>,
  viewer: Actor,
  { id, boostOfId }: Pick<Status, 'id' | 'boostOfId'>,
): Promise<InteractionsView> {
  const statusId = boostOfId ?? id
  const [counts, like, boostId, reactions] = await Promise.all([
    listInteractionCounts(db, [statusId]),
    findLike(db, viewer.id, statusId),
    findBoostId(db, viewer.id, statusId),
    listReactionsBy(db, viewer.id, statusId),
  ])
  const found = counts.get(statusId) ?? { likes: 0, boosts: 0, replies: 0, reactions: [] }
  const isMine = ({ name, emojiUrl }: ReactionCount) =>
    reactions.some((mine) => mine.name === name && mine.emojiUrl === emojiUrl)
  return {
    ...found,
    reactions: found.reactions.map((reaction) => ({ ...reaction, mine: isMine(reaction) })),
    liked: like !== undefined,
    boosted: boostId !== undefined,
  }
}
