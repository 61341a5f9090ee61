import { proxiedUrl, type Proxying } from '../../domain/media/proxied-url.ts'
import type { ReactionCount } from '../../store/interaction-counts.ts'

/** An emoji under a status, as Fedibird, Akkoma and Glitch count them. */
export type ReactionJson = {
  readonly name: string
  readonly count: number
  readonly me: boolean
  readonly url?: string
  readonly static_url?: string
}

/** @param mine what the viewer put there */
export function presentReactions(
  ctx: Proxying,
  reactions: readonly ReactionCount[],
  mine: readonly Pick<ReactionCount, 'name' | 'emojiUrl'>[],
): ReactionJson[] {
  return reactions.map(({ name, emojiUrl, count }) => {
    const me = mine.some((each) => each.name === name && each.emojiUrl === emojiUrl)
    if (emojiUrl === null) return { name, count, me }
    const url = proxiedUrl(ctx, emojiUrl)
    return { name, count, me, url, static_url: url }
  })
}
