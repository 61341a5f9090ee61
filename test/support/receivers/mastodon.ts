import { isProvenInside, isSignedInside } from './carried.ts'
import { findSigner } from './http-signature.ts'
import { agreeingTarget, dayMs, markMoved, minuteMs, readMove, requireRest } from './moves.ts'
import { Refused, type Arrived, type Json, type Kind, type Receiver } from './receiver.ts'

/** When a signer whom it did not know last made it ask in vain: others that need asking wait five minutes. */
const lights = new WeakMap<Receiver, number>()

/**
 * A kept key for ever; a look at the origin only when a signature does not fit. What another brings counts when a
 * Linked Data Signature, or since 4.7 an integrity proof, inside it is the actor's. app/lib/activitypub/activity/move.rb,
 * app/controllers/concerns/signature_verification.rb, app/services/activitypub/process_activity_service.rb
 */
const believe =
  (readsProofs: boolean): Kind['believe'] =>
  async (receiver, request) => {
    const { activity } = request
    if (!JSON.stringify(activity['@context']).includes('https://www.w3.org/ns/activitystreams'))
      return undefined
    const signer = await findMastodonSigner(receiver, request)
    if (signer === activity['actor']) return activity
    if (!receiver.actors.has(activity['actor'])) return undefined
    if (await isSignedInside(receiver, activity)) return activity
    if (readsProofs && (await isProvenInside(receiver, activity))) return activity
    receiver.notes.push(`${activity['type']}: brought by ${signer}, and nothing inside is the actor's`)
    return undefined
  }

async function findMastodonSigner(receiver: Receiver, request: Arrived): Promise<string> {
  const keyId = /keyId="([^"]+)"/.exec(String(request.headers['signature']))?.[1] ?? ''
  const needsAsking = !receiver.keys.has(keyId)
  if (needsAsking && receiver.now() - (lights.get(receiver) ?? 0) < 5 * minuteMs)
    throw new Refused(503, 'asks nobody for five minutes')
  try {
    return await findSigner(receiver, request, {
      seconds: 13 * 3600,
      covers: ['(request-target)', 'host', 'date', 'digest'],
      again: true,
    })
  } catch (error) {
    if ((error as Error).message !== 'an unknown key') throw error
    lights.set(receiver, receiver.now())
    throw error
  }
}

async function move(receiver: Receiver, activity: Json): Promise<void> {
  const { from, to } = readMove(activity)
  requireRest(receiver, from, 7 * dayMs)
  await agreeingTarget(receiver, from, to, { webfinger: true })
  markMoved(receiver, from, to)
  await receiver.migrate(from, to)
}

/** The actor as it is sent, keys and all. */
async function update(receiver: Receiver, { actor, object }: Json): Promise<void> {
  const known = receiver.actors.get(actor)
  if (known === undefined || object?.id !== actor) return
  known.document = object
  const { id, owner, publicKeyPem: pem } = object.publicKey
  receiver.keys.set(id, { id, owner, pem })
}

const shared = {
  software: 'mastodon',
  sharedInbox: true,
  unfollows: true,
  acts: { Move: move, Update: update },
}

export const mastodon: Kind = { ...shared, name: 'Mastodon 4.5', version: '4.5.2', believe: believe(false) }

export const mastodonWithProofs: Kind = {
  ...shared,
  name: 'Mastodon 4.7',
  version: '4.7.0-alpha.2',
  believe: believe(true),
}
