import { compact, isSignedInside } from './carried.ts'
import { findSigner } from './http-signature.ts'
import { agreeingTarget, dayMs, hostOf, markMoved } from './moves.ts'
import { Refused, type Arrived, type Json, type Kind, type Receiver } from './receiver.ts'

/** The contexts by which it rewrites what is not signed by HTTP. It has no word for `movedTo`. misc/contexts.ts */
const ownContext = [
  'https://www.w3.org/ns/activitystreams',
  'https://w3id.org/security/v1',
  {
    Key: 'sec:Key',
    manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
    sensitive: 'as:sensitive',
    Hashtag: 'as:Hashtag',
    toot: 'http://joinmastodon.org/ns#',
    Emoji: 'toot:Emoji',
    featured: 'toot:featured',
    discoverable: 'toot:discoverable',
    schema: 'http://schema.org#',
    PropertyValue: 'schema:PropertyValue',
    value: 'schema:value',
    misskey: 'https://misskey-hub.net/ns#',
    isCat: 'misskey:isCat',
    vcard: 'http://www.w3.org/2006/vcard/ns#',
  },
]

/** InboxProcessorService.ts: what was not signed by its actor over HTTP may be signed inside. */
const believe =
  (rewrites: boolean): Kind['believe'] =>
  async (receiver, request) => {
    const { activity, bytes } = request
    if (bytes.length > 64 * 1024) throw new Refused(413, 'more than 64 KiB')
    if (typeof activity['actor'] !== 'string' || typeof activity['id'] !== 'string') return undefined
    const signer = await findMisskeySigner(receiver, request)
    const isOwn = signer === activity['actor']
    if (!isOwn && !(await isSignedInside(receiver, activity))) {
      receiver.notes.push(`${activity['type']}: brought by ${signer}, and nothing inside is the actor's`)
      return undefined
    }
    if (hostOf(activity['id']) !== hostOf(activity['actor'])) return undefined
    return isOwn || !rewrites ? activity : compact(withoutSignature(activity), ownContext)
  }

function withoutSignature({ signature: _signature, ...document }: Json): Json {
  return document
}

function findMisskeySigner(receiver: Receiver, request: Arrived): Promise<string> {
  return findSigner(receiver, request, { seconds: 300 })
}

/** It asks the old place whether that has moved. ApInboxService.ts move() */
async function move(receiver: Receiver, { actor }: Json): Promise<void> {
  const before = receiver.actors.get(actor)?.document['movedTo']
  const { document } = await receiver.fetchActor(actor)
  if (document['movedTo'] && document['movedTo'] !== before) await carryOut(receiver, document)
}

/** It takes the actor as it is sent, and `movedTo` in it as a move. ApPersonService.ts updatePerson() */
async function update(receiver: Receiver, { actor, object }: Json): Promise<void> {
  const known = receiver.actors.get(actor)
  if (known === undefined || object?.id !== actor) return
  requireActor(object, actor)
  const before = known.document['movedTo']
  known.document = object
  if (object.movedTo === undefined) receiver.notes.push('Update: nothing of a move in it')
  else if (object.movedTo !== before) await carryOut(receiver, object)
}

/** ApPersonService.ts validateActor() */
function requireActor(object: Json, actor: string): void {
  const addresses = ['id', 'inbox', 'outbox', 'followers', 'following'].map((name) => object[name])
  for (const address of [...addresses, object['publicKey']?.id])
    if (hostOf(address) !== hostOf(actor)) throw new Error(`an actor that is not whole: ${address}`)
}

/** Once in 14 days, whatever came of it. ApPersonService.ts processRemoteMove() */
async function carryOut(receiver: Receiver, { id, movedTo }: Json): Promise<void> {
  const movedAt = receiver.actors.get(id)?.movedAt
  if (movedAt !== undefined && receiver.now() - movedAt < 14 * dayMs) throw new Error('moved within 14 days')
  markMoved(receiver, id, movedTo)
  await agreeingTarget(receiver, id, movedTo)
  await receiver.migrate(id, movedTo)
}

const shared = { software: 'misskey', sharedInbox: true, acts: { Move: move, Update: update } }

export const misskey: Kind = { ...shared, name: 'Misskey', version: '2026.6.0', believe: believe(true) }

/** Until April 2024, and forks that stayed there. */
export const misskeyThatTakesAllAsItIs: Kind = {
  ...shared,
  name: 'Misskey before 2024.5',
  version: '2024.3.1',
  believe: believe(false),
}

export const sharkey: Kind = {
  ...misskey,
  name: 'Sharkey, CherryPick',
  software: 'sharkey',
  version: '2025.4.4',
}
