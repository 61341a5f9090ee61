import { createFederation, MemoryKvStore, type Federation, type InboxContext } from '@fedify/fedify'
import { Activity, isActor, Move, Person } from '@fedify/vocab'
import { markMoved } from './moves.ts'
import { Refused, type Arrived, type Json, type Kind, type Receiver } from './receiver.ts'

type Heard = { readonly ctx: InboxContext<void>; readonly activity: Activity }
type Inbox = { readonly federation: Federation<void>; readonly heard: Map<string, Heard> }

const inboxes = new WeakMap<Receiver, Inbox>()

/** Fedify itself verifies, with what it keeps of keys: a signature inside first, then a proof, then that of the request. */
function inboxOf(receiver: Receiver): Inbox {
  const known = inboxes.get(receiver)
  if (known) return known
  const heard = new Map<string, Heard>()
  // Its clock is the machine's: the window is held below.
  const options = { kv: new MemoryKvStore(), allowPrivateAddress: true, signatureTimeWindow: false } as const
  const federation = createFederation<void>(options)
  federation
    .setActorDispatcher('/users/{identifier}', (ctx, identifier) =>
      receiver.fans.has(identifier)
        ? new Person({ id: ctx.getActorUri(identifier), preferredUsername: identifier })
        : null,
    )
    .setKeyPairsDispatcher(() => [])
  federation
    .setInboxListeners('/users/{identifier}/inbox', '/inbox')
    .on(Activity, (ctx, activity) => void heard.set(activity.id?.href ?? '', { ctx, activity }))
  const inbox = { federation, heard }
  inboxes.set(receiver, inbox)
  return inbox
}

async function believe(receiver: Receiver, request: Arrived): Promise<Json | undefined> {
  const { activity, headers, bytes } = request
  const away = Math.abs(receiver.now() - Date.parse(String(headers.date)))
  if (!(away <= 3600_000)) throw new Refused(401, `a date that is ${away / 1000} s off`)
  const { federation, heard } = inboxOf(receiver)
  const asked = new Request(receiver.origin + request.url, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: new Uint8Array(bytes),
  })
  const answer = await federation.fetch(asked, { contextData: undefined })
  if (!answer.ok) throw new Refused(answer.status, `Fedify: ${await answer.text()}`)
  return heard.has(activity['id']) ? activity : undefined
}

function heardOf(receiver: Receiver, { id }: Json): Heard & { move: Move } {
  const heard = inboxOf(receiver).heard.get(id)
  if (!(heard?.activity instanceof Move)) throw new Error('no Move')
  return { ...heard, move: heard.activity }
}

/** src/federation/inbox.ts onAccountMoved(): it takes whom it is given, and asks for whom it is not. */
async function moveOfHollo(receiver: Receiver, activity: Json): Promise<void> {
  const { ctx, move } = heardOf(receiver, activity)
  const [object, target] = [await move.getObject(ctx), await move.getTarget(ctx)]
  if (!isActor(object!) || object.id?.href !== move.actorId?.href) throw new Error('no actor moves')
  if (!isActor(target!) || !target.aliasIds.some(({ href }) => href === object.id?.href))
    throw new Error('the new place does not agree')
  await receiver.migrate(object.id!.href, target.id!.href)
}

/** src/activity-handlers/move.handler.ts: who moves is in its own database. */
async function moveOfGhost(receiver: Receiver, activity: Json): Promise<void> {
  const { ctx, move } = heardOf(receiver, activity)
  const from = move.objectId?.href
  if (from === undefined || from !== move.actorId?.href || !receiver.isFollowed(from))
    throw new Error('nobody moves')
  const target = move.targetId && (await ctx.lookupObject(move.targetId))
  if (!target || !isActor(target) || !target.aliasIds.some(({ href }) => href === from))
    throw new Error('the new place does not agree')
  markMoved(receiver, from, target.id!.href)
  await receiver.migrate(from, target.id!.href)
}

export const hollo: Kind = {
  name: 'Hollo',
  software: 'hollo',
  version: '0.7.4',
  sharedInbox: true,
  believe,
  acts: { Move: moveOfHollo },
}

export const ghost: Kind = {
  name: 'Ghost',
  software: 'ghost',
  version: '6.8.0',
  sharedInbox: true,
  unfollows: true,
  believe,
  acts: { Move: moveOfGhost },
}
