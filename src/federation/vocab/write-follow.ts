import { plainContext } from './write-contexts.ts'

type Json = Record<string, unknown>

export type FollowDocument = {
  readonly id: string
  readonly type: 'Follow'
  readonly actor: string
  readonly object: string
}

export function writeFollow(id: string, follower: string, target: string): FollowDocument {
  return { id, type: 'Follow', actor: follower, object: target }
}

/** A Follow, or an answer to one, or its end, ready to be sent. */
export function withContext(activity: Json): Json {
  return { '@context': plainContext, ...activity }
}

/** An Accept, Reject or Undo carries the whole Follow, so that a receiver needs to keep no ids. */
export function writeAbout(
  type: 'Accept' | 'Reject' | 'Undo',
  about: { id: string; actor: string; to: string; follow: FollowDocument },
): Json {
  const { id, actor, to, follow } = about
  return withContext({ id, type, actor, to: [to], object: follow })
}
