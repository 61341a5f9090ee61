import { isSignedInside } from './carried.ts'
import { findSigner, keptKey, keyAskedAgainAfter, type FindKey, type HttpRules } from './http-signature.ts'
import { agreeingTarget, hostOf, readMove } from './moves.ts'
import { Refused, type Json, type Kind, type Receiver } from './receiver.ts'

const signedByActor =
  (rules: HttpRules, findKey: FindKey = keptKey): Kind['believe'] =>
  async (receiver, request) => {
    const signer = await findSigner(receiver, request, { ...rules, findKey })
    if (signer !== request.activity['actor']) throw new Refused(401, `brought by ${signer}`)
    return request.activity
  }

/** Asks the old place first, which must be there and must say `movedTo`. @throws Error */
async function askOrigin(receiver: Receiver, { from, to }: { from: string; to: string }): Promise<void> {
  const { document } = await receiver.fetchActor(from)
  if (document['movedTo'] !== to) throw new Error(`${from} does not say that it moved to ${to}`)
}

const moveByOrigin =
  (change: (target: Json) => Json = (target) => target) =>
  async (receiver: Receiver, activity: Json): Promise<void> => {
    const { from, to } = readMove(activity)
    await askOrigin(receiver, { from, to })
    change(await agreeingTarget(receiver, from, to))
    await receiver.migrate(from, to)
  }

/** app/Jobs/MovePipeline/ProcessMovePipeline.php */
export const pixelfed: Kind = {
  name: 'Pixelfed',
  software: 'pixelfed',
  version: '0.12.6',
  sharedInbox: true,
  unfollows: true,
  believe: async (receiver, request) => {
    const { activity } = request
    const believed = await signedByActor({ seconds: 24 * 3600 })(receiver, request)
    return hostOf(activity['id']) === hostOf(activity['actor']) ? believed : undefined
  },
  acts: { Move: moveByOrigin() },
}

/** includes/handler/class-move.php verify_move(): it looks for `also_known_as` in the document. */
export const wordpress: Kind = {
  name: 'WordPress',
  software: 'wordpress',
  version: '6.8',
  sharedInbox: true,
  believe: signedByActor({ seconds: 3 * 3600 }),
  acts: {
    Move: moveByOrigin((target) => {
      if (!('also_known_as' in target)) throw new Error('no also_known_as')
      return target
    }),
  },
}

/** ActivityHandlerService.cs HandleMoveAsync(): it updates the one who moves by force. */
export const iceshrimp: Kind = {
  name: 'Iceshrimp.NET',
  software: 'iceshrimp.net',
  version: '2025.1',
  sharedInbox: true,
  believe: async (receiver, request) => {
    const { activity } = request
    const signer = await findSigner(receiver, request, { seconds: 300 })
    if (signer === activity['actor'] || (await isSignedInside(receiver, activity))) return activity
    throw new Refused(401, `brought by ${signer}`)
  },
  acts: {
    Move: async (receiver, activity) => {
      const { from, to } = readMove(activity)
      await receiver.fetchActor(from)
      await agreeingTarget(receiver, from, to)
      await receiver.migrate(from, to)
    },
  },
}

/** kernel/move/index.ts */
export const firefish: Kind = {
  name: 'Firefish',
  software: 'firefish',
  version: '20240729',
  sharedInbox: true,
  believe: signedByActor({ seconds: 300 }),
  acts: iceshrimp.acts,
}

/** users/models/inbox_message.py: "We're ignoring moves for now". */
export const takahe: Kind = {
  name: 'Takahē',
  software: 'takahe',
  version: '0.11.0',
  sharedInbox: true,
  believe: signedByActor({ seconds: 60 }),
  acts: {},
}

/** It asks anew once a day, and goes on with what it has. */
export const lemmy: Kind = {
  name: 'Lemmy',
  software: 'lemmy',
  version: '0.19.12',
  sharedInbox: true,
  believe: signedByActor({ seconds: 3600 }, keyAskedAgainAfter(1)),
  acts: {},
}

export const peertube: Kind = {
  name: 'PeerTube',
  software: 'peertube',
  version: '7.2.3',
  sharedInbox: true,
  believe: signedByActor({ seconds: 24 * 3600 }),
  acts: {},
}
