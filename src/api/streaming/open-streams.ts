import type { Status } from '../../store/statuses.ts'
import { keyOf, openNames, tagNames, type Subscription } from './streams.ts'

type Said = Pick<Status, 'actorId' | 'attachments' | 'inReplyToId' | 'inReplyToUri' | 'isLocal' | 'tags'>

/**
 * Whether what was said in public, and is no boost, belongs to one of the streams of what is public: the same rule as
 * the timelines of `store/timelines.ts` have.
 * @param authors of what is answered, by its id
 */
export function matchesOpen(
  subscription: Subscription,
  status: Said,
  authors: ReadonlyMap<string, string>,
): boolean {
  if (!isOfOrigin(subscription, status.isLocal)) return false
  const [kind, ...narrower] = subscription.name.split(':')
  if (narrower.includes('media') && status.attachments.length === 0) return false
  if (kind === 'hashtag') return status.tags.includes(subscription.tag ?? '')
  return kind === 'public' && (!isAnswer(status) || authors.get(status.inReplyToId ?? '') === status.actorId)
}

/** The streams of what is public that may show something, by `keyOf`. */
export function keysOfOpen({ tags }: Pick<Status, 'tags'>): string[] {
  const named = tags.flatMap((tag) => tagNames.map((name) => keyOf({ name, tag, listId: undefined })))
  return [...openNames.map((name) => keyOf({ name, tag: undefined, listId: undefined })), ...named]
}

/** Whether a stream of what is public may have shown something, by what is left of it. */
export function mayHaveShown(
  subscription: Subscription,
  gone: { readonly isLocal: boolean; readonly tags: readonly string[] },
): boolean {
  if (!isOfOrigin(subscription, gone.isLocal)) return false
  if (subscription.name.startsWith('hashtag')) return gone.tags.includes(subscription.tag ?? '')
  return subscription.name.startsWith('public')
}

function isOfOrigin({ name }: Subscription, isLocal: boolean): boolean {
  const narrower = name.split(':')
  return !(narrower.includes('local') && !isLocal) && !(narrower.includes('remote') && isLocal)
}

function isAnswer({ inReplyToId, inReplyToUri }: Said): boolean {
  return inReplyToId !== null || inReplyToUri !== null
}
