import type { KeyObject } from 'node:crypto'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../../src/lib/signatures/keys.ts'
import { post } from '../letters.ts'
import type { Json, Receiver } from './receiver.ts'

/** Somebody who lives on such a server. */
export type Fan = {
  readonly name: string
  readonly uri: string
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly document: Json
  /** Whom they follow, as far as their server knows. */
  readonly following: Map<string, 'asked' | 'accepted'>
  /** The contents of posts that name them. */
  readonly notices: string[]
  /** Asks to follow, by a signed Follow to the inbox that the actor document names. @throws Error */
  follow(uri: string): Promise<void>
  hearAccept(activity: Json): void
  hearPost(activity: Json): void
}

let serial = 0

export async function makeFan(receiver: Receiver, name: string): Promise<Fan> {
  const { publicKey, privateKey } = await generateRsaKeyPair()
  const uri = `${receiver.origin}/users/${name}`
  const keyId = `${uri}#main-key`
  const shared = receiver.kind.sharedInbox && { endpoints: { sharedInbox: `${receiver.origin}/inbox` } }
  const fan: Fan = {
    name,
    uri,
    keyId,
    privateKey,
    document: {
      '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1'],
      id: uri,
      type: 'Person',
      preferredUsername: name,
      inbox: `${uri}/inbox`,
      outbox: `${uri}/outbox`,
      followers: `${uri}/followers`,
      ...shared,
      publicKey: { id: keyId, owner: uri, publicKeyPem: exportPublicKeyPem(publicKey) },
    },
    following: new Map(),
    notices: [],
    follow: (target) => follow(receiver, fan, target),
    hearAccept: ({ actor, object }) => {
      const follower = typeof object === 'string' ? uri : object.actor
      if (follower === uri && fan.following.has(actor)) fan.following.set(actor, 'accepted')
    },
    hearPost: ({ object }) => {
      const names = [object?.tag ?? []].flat().some((tag: Json) => tag['href'] === uri)
      if (names) fan.notices.push(object.content)
    },
  }
  receiver.fans.set(name, fan)
  return fan
}

async function follow(receiver: Receiver, fan: Fan, target: string): Promise<void> {
  if (fan.following.has(target)) return
  const { document } = receiver.actors.get(target) ?? (await receiver.fetchActor(target))
  const inbox = new URL(document['inbox'])
  fan.following.set(target, 'asked')
  const { status } = await post(
    { origin: inbox.origin, port: Number(inbox.port) },
    {
      ...fan,
      path: inbox.pathname,
      date: new Date(receiver.now()),
      body: {
        '@context': 'https://www.w3.org/ns/activitystreams',
        id: `${fan.uri}#follows/${++serial}`,
        type: 'Follow',
        actor: fan.uri,
        object: target,
      },
    },
  )
  if (status >= 300) throw new Error(`a Follow of ${target}: ${status}`)
}
