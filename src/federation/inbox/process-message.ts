import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { digestOfActivity, digestOfCarried } from '../../domain/inbox/digest.ts'
import { receiveNotes } from '../../domain/statuses/receive-note.ts'
import {
  deleteInboxMessages,
  isActivitySeen,
  rememberActivities,
  type InboxMessage,
} from '../../store/inbox.ts'
import { findMoveState } from '../../store/moves.ts'
import type { Loaders } from '../vocab/read-canonical.ts'
import { readActivity } from '../vocab/read-activity.ts'
import { listAfterEffects } from './after-effects.ts'
import type { Act, Effect, Received } from './listener.ts'
import { listeners } from './listeners.ts'

/** The message can never be acted on: what it says contradicts what it was admitted as, or cannot be read. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage'
}

/** A message that has been read, and all asked that must be asked: what remains is to do what it says. */
export type PreparedMessage = {
  readonly message: InboxMessage
  readonly effect: Effect | undefined
  /** In place of the effect when the activity had it before. */
  readonly effectAgain: Effect | undefined
  /** What the activity causes beside its effect, the first time. */
  readonly afterEffects: readonly Act[]
}

/**
 * Reads a message and asks other servers what must be asked.
 * @throws UnreadableMessage, or Error when it may be worth another try
 */
export async function prepareMessage(
  ctx: Context,
  loaders: Loaders,
  message: InboxMessage,
): Promise<PreparedMessage> {
  const received = await readMessage(ctx, loaders, message)
  const listener = received && listeners[received.activity.type as keyof typeof listeners]
  const effect = received && (await listener?.(ctx, received))
  if (received?.carried === true)
    return { message, effect: unlessTold(received, effect), effectAgain: undefined, afterEffects: [] }
  const afterEffects = received === undefined ? [] : await listAfterEffects(ctx, message, received)
  return { message, effect, effectAgain: isForOneMore(received) ? effect : undefined, afterEffects }
}

/**
 * What somebody else brings may be old: nothing is done again that its actor told us by themselves already, and a move
 * that was signed before the last one was carried out is not done any more.
 */
function unlessTold({ activity, actor }: Received, effect: Effect | undefined): Effect | undefined {
  const { published: signedAt } = activity
  if (typeof effect !== 'function' || signedAt === undefined) return undefined
  const digest = digestOfActivity(activity.actor, activity.id)
  return async (tx) => {
    const { movedAt = null } = (await findMoveState(tx.db, actor.id)) ?? {}
    const isLate = (movedAt !== null && signedAt <= movedAt) || (await isActivitySeen(tx.db, digest))
    return isLate ? undefined : effect(tx)
  }
}

/**
 * Acts on messages, all in one transaction: marks their activities as seen, does what they say and forgets them. What
 * was seen before only adds the recipient whom it reached this time.
 * @param prepared messages of different actors
 */
export async function applyMessages(ctx: Context, prepared: readonly PreparedMessage[]): Promise<void> {
  const messages = prepared.map(({ message }) => message)
  await transact(ctx, async (tx) => {
    const digests = messages.map(({ digest }) => digest)
    const unseen = new Set((await rememberActivities(tx.db, digests)).map((digest) => digest.toString('hex')))
    const isNew = ({ message }: PreparedMessage) => unseen.has(message.digest.toString('hex'))
    const effects = prepared.flatMap((one) => (isNew(one) ? one.effect : one.effectAgain) ?? [])
    await receiveNotes(
      tx,
      effects.filter((effect) => typeof effect !== 'function'),
    )
    for (const effect of effects) if (typeof effect === 'function') await effect(tx)
    for (const act of prepared.filter(isNew).flatMap((one) => one.afterEffects)) await act(tx)
    const ids = messages.map(({ id }) => id)
    await deleteInboxMessages(tx.db, ids)
  })
}

/** @returns undefined when the sender is gone: nothing that they say counts any more */
async function readMessage(
  ctx: Context,
  loaders: Loaders,
  message: InboxMessage,
): Promise<Received | undefined> {
  const read = await readActivity(JSON.parse(message.body), loaders)
  if (!read.ok) {
    if (read.problem === 'context-unavailable') throw new Error('A context of the document cannot be had')
    throw new UnreadableMessage(`The activity cannot be read: ${read.problem}`)
  }
  const { activity } = read
  const digestOf = message.carried ? digestOfCarried : digestOfActivity
  if (!digestOf(activity.actor, activity.id).equals(message.digest))
    throw new UnreadableMessage('The activity is not the one that was admitted')
  const actor = await ctx.remote.resolveActor(activity.actor)
  if (actor === undefined || actor.uri === null) throw new Error(`${activity.actor} cannot be had`)
  if (actor.deletedAt !== null || actor.suspendedAt !== null) return undefined
  return {
    activity,
    actor: { ...actor, uri: actor.uri },
    recipientId: message.recipientId,
    carried: message.carried,
  }
}

/**
 * The same post in the inbox of somebody else here is for them too, also where nobody cared for it before; receiving
 * it again does nothing else.
 */
function isForOneMore(received: Received | undefined): boolean {
  return received?.activity.type === 'Create' && received.recipientId !== null
}
