import type { Context } from '../../context.ts'
import { findStatusIdByUri } from '../../domain/accounts/resolve-local.ts'
import type { ActivityType, EmbeddedActivityDraft } from '../../domain/drafts.ts'
import { digestOfActivity } from '../../domain/inbox/digest.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { hasFollowerHere } from '../../store/follows.ts'
import { rememberActivities } from '../../store/inbox.ts'
import { enqueue } from '../../store/jobs.ts'
import { findRemoteStatus } from '../../store/statuses.ts'
import { readEmbeddedActivity } from '../vocab/read-activity.ts'
import { onDislike } from './dislike.ts'
import { onEmojiReact } from './emoji-react.ts'
import { onLike } from './like.ts'
import type { Act, Effect, Listener, Received } from './listener.ts'
import { onUndo } from './undo.ts'

/** What a group may pass on of what others did, beside posts. A group passes on no Announce: one level is enough. */
const passedOn: { readonly [Type in ActivityType]?: Listener } = {
  Like: onLike,
  EmojiReact: onEmojiReact,
  Dislike: onDislike,
  Undo: onUndo,
}

/**
 * The activity that a group announces: as it came along, or asked for where only its id came and nothing is known under
 * that. It tells what to ask for, and is not believed.
 */
export async function readPassedOn(
  ctx: Context,
  { activity, actor }: Received,
): Promise<EmbeddedActivityDraft | undefined> {
  const { id, embedded } = activity.object
  if (embedded !== undefined) {
    const read = readEmbeddedActivity(embedded)
    return read.ok && read.activity.type !== 'Unknown' ? read.activity : undefined
  }
  const isUnknown = id !== undefined && (await findStatusIdByUri(ctx, id)) === undefined
  if (!isUnknown || !(await hasFollowerHere(ctx.db, actor.id))) return undefined
  if ((await ctx.remote.resolveStatus(id)) !== undefined) return undefined
  return ctx.remote.fetchActivity(id)
}

/** What a group that somebody here follows says was done by others: done if their own server says so. */
export async function onPassedOn(
  ctx: Context,
  group: Received,
  inner: EmbeddedActivityDraft,
): Promise<Effect | undefined> {
  if (!(await hasFollowerHere(ctx.db, group.actor.id))) return undefined
  if (inner.type === 'Update' || inner.type === 'Delete') return askAgain(ctx, inner.object.id)
  const listener = inner.type === 'Unknown' ? undefined : passedOn[inner.type]
  if (listener === undefined || listener === onDislike || inner.id === undefined) return undefined
  return mayMatter(inner) ? hearItself(ctx, group, inner.id, listener) : undefined
}

/** A post that is here is asked for again. */
async function askAgain(ctx: Context, uri: string | undefined): Promise<Act | undefined> {
  if (uri === undefined || (await findRemoteStatus(ctx.db, uri)) === undefined) return undefined
  return (tx) => enqueue(tx, 'object.hinted', { uri })
}

/** Of what is taken back only what is taken back for good: a Follow may begin again, under the same ids. */
function mayMatter(inner: EmbeddedActivityDraft): boolean {
  if (inner.type !== 'Undo') return true
  const { embedded } = inner.object
  const undone = embedded && readEmbeddedActivity(embedded)
  return undone?.ok === true && (undone.activity.type === 'Like' || undone.activity.type === 'EmojiReact')
}

/** The activity as its own server has it, as if its actor had sent it; once, however it comes. */
async function hearItself(
  ctx: Context,
  group: Received,
  uri: string,
  listener: Listener,
): Promise<Act | undefined> {
  if (canonicalHost(uri) === new URL(ctx.config.origin).host) return undefined
  const activity = await ctx.remote.fetchActivity(uri)
  if (activity === undefined || passedOn[activity.type as ActivityType] !== listener) return undefined
  if (!mayMatter(activity)) return undefined
  const actor = await ctx.remote.resolveActor(activity.actor)
  if (actor?.uri == null || actor.suspendedAt !== null || actor.deletedAt !== null) return undefined
  const heard = { ...group, activity, actor: { ...actor, uri: actor.uri }, recipientId: null }
  const effect = await listener(ctx, heard)
  if (typeof effect !== 'function') return undefined
  const digest = digestOfActivity(activity.actor, activity.id)
  return async (tx) => {
    const unseen = await rememberActivities(tx.db, [digest])
    if (unseen.length > 0) await effect(tx)
  }
}
