import type { Context } from '../../context.ts'
import type { StatusMention } from '../../db/json.ts'
import { DomainError } from '../../lib/errors.ts'
import { findAccount, findRemoteActorByHandle, type Actor } from '../../store/actors.ts'
import { isFresh } from '../remote/look-again.ts'
import { normalizeTag, parseText } from './parse-text.ts'

export type Named = {
  readonly mentions: StatusMention[]
  readonly tags: string[]
  /** Handles of those who were taken as they were known long ago. */
  readonly stale: readonly string[]
}

const maxMentions = 50

/**
 * Whom and what a text names. Handles of other servers are asked for where they are unknown, and not for long; a
 * name that nobody answers to is no error, it stays text. Whoever is known is taken as known: the author does not wait.
 * @param mustReach the post is for those whom it names and nobody else
 * @throws DomainError `unavailable` when such a post names somebody whose server does not answer
 */
export async function nameMentions(ctx: Context, text: string, mustReach = false): Promise<Named> {
  const pieces = parseText(text)
  const handles = new Map<string, { username: string; domain: string | null }>()
  for (const piece of pieces) {
    if (piece.kind === 'mention') handles.set(`${piece.username}@${piece.domain ?? ''}`.toLowerCase(), piece)
  }
  const tags = pieces.flatMap((piece) => (piece.kind === 'hashtag' ? [normalizeTag(piece.tag)] : []))
  const actors = await Promise.all(
    [...handles.values()].slice(0, maxMentions).map((handle) => lookUp(ctx, handle, mustReach)),
  )
  const found = new Map(actors.flatMap((actor) => (actor === undefined ? [] : [[actor.id, actor] as const])))
  const named = [...found.values()]
  const stale = named.flatMap((actor) =>
    actor.isLocal || isFresh(ctx, actor) ? [] : `${actor.username}@${actor.domain}`,
  )
  return { mentions: named.map(toMention), tags: [...new Set(tags)], stale }
}

async function lookUp(
  ctx: Context,
  handle: { username: string; domain: string | null },
  mustReach: boolean,
): Promise<Actor | undefined> {
  if (handle.domain === null || handle.domain === ctx.config.handleDomain)
    return findAccount(ctx.db, handle.username)
  const known = await findRemoteActorByHandle(ctx.db, handle.username, handle.domain)
  if (known !== undefined) return known
  try {
    return await ctx.remote.resolveHandle(`${handle.username}@${handle.domain}`, 'soon')
  } catch (error) {
    if (!(error instanceof DomainError) || (mustReach && error.code === 'unavailable')) throw error
    return undefined
  }
}

export function toMention(actor: Actor): StatusMention {
  const { id, username, domain, uri, url } = actor
  return { actorId: id, username, domain, uri, url }
}
