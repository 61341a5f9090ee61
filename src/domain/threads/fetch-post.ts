import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { findRemoteActor, type Actor } from '../../store/actors.ts'
import type { NoteDraft } from '../drafts.ts'
import type { Absence } from '../remote/remote-world.ts'
import { postMs } from './limits.ts'

/** A post that anybody may read, with its author, ready to be received. */
export type FetchedPost = { readonly note: NoteDraft; readonly author: Actor }

/** `later`: its server answers, but its author is one stranger too many for now. */
export type PostAnswer = {
  readonly post?: FetchedPost
  readonly absence?: Absence | 'later'
  readonly requests: number
}

/** Asks a post's own server for it, for work that nobody waits for. */
export async function fetchPost(ctx: Context, uri: string): Promise<PostAnswer> {
  const enough = new AbortController()
  const late = delay(postMs, undefined, { signal: enough.signal }).then((): PostAnswer => ({
    absence: 'unavailable',
    requests: 2,
  }))
  late.catch(() => undefined)
  return Promise.race([ask(ctx, uri), late]).finally(() => enough.abort())
}

async function ask(ctx: Context, uri: string): Promise<PostAnswer> {
  if (isOwn(ctx, uri)) return { absence: 'refused', requests: 0 }
  const note = await ctx.remote.askNote(uri)
  if (typeof note === 'string') return { absence: note, requests: 1 }
  if (note.visibility !== 'public' && note.visibility !== 'unlisted')
    return { absence: 'refused', requests: 1 }
  const isKnown = (await findRemoteActor(ctx.db, note.attributedTo)) !== undefined
  const requests = isKnown ? 1 : 2
  const author = await ctx.remote.resolveActor(note.attributedTo, 'background')
  if (author === undefined) return { absence: 'later', requests }
  const isGone = author.suspendedAt !== null || author.deletedAt !== null
  return isGone ? { absence: 'refused', requests } : { post: { note, author }, requests }
}

/** Ours are here or nowhere. */
export function isOwn({ config }: Pick<Context, 'config'>, uri: string): boolean {
  return canonicalHost(uri) === new URL(config.origin).host
}
