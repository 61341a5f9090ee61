import type { Apex, ApexObject } from 'activitypub-express'
import type { ApexStore } from './apex-store.ts'

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'

export interface ApexActor {
  readonly name: string
  readonly acct: string
  /** Its actor id. */
  readonly actor: string
  follow(actor: string): Promise<void>
  unfollow(actor: string): Promise<void>
  /** Posts to everybody and to its followers; `mention` goes by actor id, `inReplyTo` by the post's id. */
  post(text: string, options?: { mention?: string; inReplyTo?: string }): Promise<{ id: string }>
  /** Everything that came into its inbox and was believed, the newest first. */
  inbox(): Promise<ApexObject[]>
  /** A remote object as it knows it now. */
  known(id: string): Promise<ApexObject | undefined>
  followers(): Promise<string[]>
  /** Actor ids of those who accepted that it follows them. */
  following(): Promise<string[]>
}

/** Makes an actor of a server on activitypub-express, with what it can do and see. */
export async function makeApexActor(apex: Apex, store: ApexStore, name: string): Promise<ApexActor> {
  const self = await apex.createActor(name, name, 'made by a test')
  await store.saveObject(self)
  return {
    name,
    acct: `${name}@${new URL(self.id).host}`,
    actor: self.id,
    follow: async (actor) => {
      await apex.resolveObject(actor)
      await apex.addToOutbox(self, await apex.buildActivity('Follow', self.id, [actor], { object: actor }))
    },
    unfollow: async (actor) => {
      const follow = await store.findActivityByCollectionAndObjectId(self.following[0], actor)
      if (!follow) throw new Error(`${name} does not follow ${actor}`)
      await apex.addToOutbox(self, await apex.buildActivity('Undo', self.id, [actor], { object: follow }))
      await store.removeActivity(follow, self.id)
    },
    post: async (text, options) => {
      const note = await apex.fromJSONLD(buildNote(apex, self, text, options))
      await store.saveObject(note)
      const { to, cc } = note
      await apex.addToOutbox(self, await apex.buildActivity('Create', self.id, to, { object: note, cc }))
      return { id: note.id }
    },
    inbox: () => store.getStream(self.inbox[0]),
    known: (id) => store.getObject(id),
    followers: async () => (await store.getStream(self.followers[0])).map((follow) => follow.actor[0]),
    following: async () => (await store.getStream(self.following[0])).map((follow) => follow.object[0]),
  }
}

function buildNote(
  apex: Apex,
  self: ApexObject,
  text: string,
  { mention, inReplyTo }: { mention?: string; inReplyTo?: string } = {},
) {
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: apex.utils.objectIdToIRI(),
    type: 'Note',
    attributedTo: self.id,
    published: new Date().toISOString(),
    content: text,
    to: mention ? [PUBLIC, mention] : [PUBLIC],
    cc: [self.followers[0]],
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(mention ? { tag: [{ type: 'Mention', href: mention }] } : {}),
  }
}
