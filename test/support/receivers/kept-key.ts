import { isProvenInside, isSignedInside } from './carried.ts'
import { findSigner, keptKey, keyAskedAgainAfter, type FindKey, type HttpRules } from './http-signature.ts'
import { agreeingTarget, dayMs, hostOf, idOf, markMoved, minuteMs, readMove, requireRest } from './moves.ts'
import { Refused, type Json, type Kind, type Receiver } from './receiver.ts'

/** Whoever signed the request must be who acts, and nothing else counts. */
const signedByActor =
  (rules: HttpRules, findKey: FindKey = keptKey, status = 401): Kind['believe'] =>
  async (receiver, request) => {
    const signer = await findSigner(receiver, request, { ...rules, findKey })
    if (signer !== request.activity['actor']) throw new Refused(status, `brought by ${signer}`)
    return request.activity
  }

/** When it last tried a move, by who moves and where to. */
const tries = new WeakMap<Receiver, Map<string, number>>()

/** internal/federation/federatingdb/move.go, internal/processing/workers/fromfediapi_move.go */
export const gotosocial: Kind = {
  name: 'GoToSocial',
  software: 'gotosocial',
  version: '0.20.2',
  sharedInbox: false,
  unfollows: true,
  believe: signedByActor({ seconds: 3600 }, keptKey, 403),
  acts: {
    Move: async (receiver, activity) => {
      const { from, to } = readMove(activity)
      requireRest(receiver, from, 7 * dayMs)
      const tried = tries.get(receiver) ?? new Map<string, number>()
      tries.set(receiver, tried)
      if (receiver.now() - (tried.get(`${from} ${to}`) ?? 0) < 5 * minuteMs)
        throw new Error('tried just before')
      tried.set(`${from} ${to}`, receiver.now())
      await agreeingTarget(receiver, from, to)
      markMoved(receiver, from, to)
      await receiver.migrate(from, to)
    },
  },
}

/** lib/pleroma/web/activity_pub/transmogrifier.ex: the clause fits strings only. */
const litepubMove = (freshMs: number) => async (receiver: Receiver, activity: Json) => {
  if (typeof activity['object'] !== 'string') throw new Error('no clause for an object that is no string')
  if (hostOf(activity['id']) !== hostOf(activity['actor'])) throw new Error('an id on another host')
  const { from, to } = readMove(activity)
  await agreeingTarget(receiver, from, to, { freshMs })
  await receiver.migrate(from, to)
}

export const akkoma: Kind = {
  name: 'Akkoma',
  software: 'akkoma',
  version: '3.15.2',
  sharedInbox: true,
  unfollows: true,
  believe: signedByActor({ seconds: 3600 * 12 }, keptKey, 400),
  acts: { Move: litepubMove(5_000) },
}

/** It asks for whom it has not asked for a day, and takes what it has when nobody answers. */
export const pleroma: Kind = {
  name: 'Pleroma',
  software: 'pleroma',
  version: '2.9.1',
  sharedInbox: true,
  unfollows: true,
  believe: signedByActor({ seconds: 3600 * 12 }, keyAskedAgainAfter(1), 400),
  acts: { Move: litepubMove(dayMs) },
}

/** mitra_activitypub/src/handlers/move.rs. A proof that is there must verify; then it says who acts. */
export const mitra: Kind = {
  name: 'Mitra',
  software: 'mitra',
  version: '4.16.0',
  sharedInbox: false,
  unfollows: true,
  believe: async (receiver, request) => {
    const { activity } = request
    const signer = await findSigner(receiver, request, { seconds: 3600, findKey: keyAskedAgainAfter(1) })
    if ('proof' in activity) {
      if (await isProvenInside(receiver, activity)) return activity
      throw new Refused(403, 'a proof that does not verify')
    }
    if (signer !== activity['actor']) throw new Refused(403, `brought by ${signer}`)
    return activity
  },
  acts: {
    Move: async (receiver, activity) => {
      const { from, to } = readMove(activity)
      await agreeingTarget(receiver, from, to)
      await receiver.migrate(from, to)
    },
  },
}

/** src/Protocol/ActivityPub/Processor.php movePerson(): it does not ask whether the new place agrees. */
export const friendica: Kind = {
  name: 'Friendica',
  software: 'friendica',
  version: '2024.12',
  sharedInbox: true,
  believe: async (receiver, request) => {
    const { activity } = request
    const algorithms = ['rsa-sha256', 'rsa-sha512', 'hs2019']
    const findKey = keyAskedAgainAfter(30)
    const signer = await findSigner(receiver, request, { seconds: 300, algorithms, findKey })
    if (signer === activity['actor'] || (await isSignedInside(receiver, activity))) return activity
    receiver.notes.push(`${activity['type']}: brought by ${signer}`)
    return undefined
  },
  acts: {
    Move: async (receiver, activity) => {
      const { from, to } = readMove(activity)
      await receiver.fetchActor(to)
      await receiver.migrate(from, to)
    },
  },
}

/** activitypub.c, http.c: the new place must be known already; nobody is asked who it is. */
export const snac: Kind = {
  name: 'snac2',
  software: 'snac',
  version: '2.75',
  sharedInbox: false,
  unfollows: true,
  believe: signedByActor({ seconds: 3600 * 3 }),
  acts: {
    Move: async (receiver, activity) => {
      const { from, to } = readMove({ ...activity, object: activity['object'] })
      if (typeof activity['object'] !== 'string') throw new Error('an object that is no string')
      const known = receiver.actors.get(to)
      if (known === undefined) throw new Error(`${to} is nobody that it has met`)
      if (![known.document['alsoKnownAs']].flat().includes(from)) throw new Error('no alias')
      await receiver.migrate(from, to)
    },
    // Whoever signed anything is kept.
    Update: async (receiver, { actor, object }) => {
      const known = receiver.actors.get(actor)
      if (known && idOf(object) === actor && typeof object === 'object') known.document = object
    },
  },
}

/** bookwyrm/models/move.py: people are told, and decide for themselves. */
export const bookwyrm: Kind = {
  name: 'BookWyrm',
  software: 'bookwyrm',
  version: '0.8.2',
  sharedInbox: true,
  believe: async (receiver, request) => {
    // It reads the header in its own way.
    if (/,\s/.test(String(request.headers['signature']))) throw new Refused(401, 'spaces after commas')
    const signer = await findSigner(receiver, request, { seconds: 300, again: true })
    if (signer !== request.activity['actor']) throw new Refused(401, `brought by ${signer}`)
    return request.activity
  },
  acts: {
    Move: async (receiver, activity) => {
      if (typeof activity['object'] !== 'string') throw new Error('an object that is no string')
      const { from, to } = readMove(activity)
      await agreeingTarget(receiver, from, to)
      for (const fan of receiver.fans.values())
        if (fan.following.has(from)) fan.notices.push(`${from} has moved to ${to}`)
    },
  },
}
