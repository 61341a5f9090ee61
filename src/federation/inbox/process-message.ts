import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { addToAudience } from '../../store/statuses.ts'
import { deleteInboxMessage, rememberActivity, type InboxMessage } from '../../store/inbox.ts'
import type { Loaders } from '../vocab/read-canonical.ts'
import { readActivity } from '../vocab/read-activity.ts'
import type { Effect, Received } from './listener.ts'
import { listeners } from './listeners.ts'

/** The message can never be acted on: what it says contradicts what it was admitted as, or cannot be read. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage'
}

/**
 * Acts on one message: reads it, asks what must be asked, and then, in one transaction, marks it as seen, does what
 * it says and forgets it. Seen before, it only adds the recipient whom it reached this time.
 */
export async function processMessage(ctx: Context, loaders: Loaders, message: InboxMessage): Promise<void> {
  const received = await readMessage(ctx, loaders, message)
  const listener = received && listeners[received.activity.type as keyof typeof listeners]
  const effect = received && (await listener?.(ctx, received))
  await transact(ctx, async (tx) => {
    if (await rememberActivity(tx.db, message.digest)) await effect?.(tx)
    else await receiveAgain(received)?.(tx)
    await deleteInboxMessage(tx.db, message.id)
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
  if (activity.actor !== message.actorUri) throw new UnreadableMessage("The activity is not its signer's")
  const actor = await ctx.remote.resolveActor(activity.actor)
  if (actor === undefined || actor.uri === null) throw new Error(`${activity.actor} cannot be had`)
  if (actor.deletedAt !== null || actor.suspendedAt !== null) return undefined
  return { activity, actor: { ...actor, uri: actor.uri }, recipientId: message.recipientId }
}

/** The same activity in the inbox of somebody else here: what is not for all of us is for them too. */
function receiveAgain(received: Received | undefined): Effect | undefined {
  if (received === undefined || received.recipientId === null) return undefined
  const { activity, actor, recipientId } = received
  const uri = activity.type === 'Create' ? activity.object.id : undefined
  return uri === undefined ? undefined : (tx) => addToAudience(tx.db, uri, actor.id, recipientId)
}
