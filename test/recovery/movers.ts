import type { KeyObject } from 'node:crypto'
import { createAccount } from '../../src/domain/accounts/create-account.ts'
import { unlockSigner } from '../../src/domain/accounts/keys.ts'
import type { Letter } from '../../src/domain/documents/own-documents.ts'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
import { transact } from '../../src/db/transact.ts'
import { loadDocumentKeys } from '../../src/federation/signing/document-keys.ts'
import { signDocument } from '../../src/federation/signing/sign-document.ts'
import { post } from '../support/letters.ts'
import { createMember } from '../support/people.ts'
import type { Json, Receiver } from '../support/receivers/receiver.ts'
import type { TestServer } from '../support/server.ts'

/** Somebody who signs what they say. */
export type Speaker = { readonly uri: string; readonly keyId: string; readonly privateKey: KeyObject }

/** A member of a server that goes away, with all that was saved of it, and who they are at another one. */
export type Mover = {
  readonly old: Speaker
  /** The actor document that was served. */
  readonly document: Json
  readonly twin: Speaker
  readonly letters: readonly Letter[]
  /** An activity of the old actor, signed inside with the keys that were saved. */
  seal(activity: Json): Promise<Json>
}

export async function makeMover(here: TestServer, there: TestServer, name: string): Promise<Mover> {
  const account = await createMember(here.ctx, name)
  const old = await speakerOf(here, account)
  const twinAccount = await createAccount(there.ctx, {
    username: name,
    email: `${name}@mail.example`,
    password: 'correct horse',
    role: 'member',
  })
  await addAlias(there.ctx, twinAccount, old.uri)
  const twin = await speakerOf(there, twinAccount)
  const letters = await transact(here.ctx, (tx) => here.ctx.documents.letters(tx, account, twin.uri, name))
  const keys = await loadDocumentKeys(here.ctx, account)
  return {
    old,
    document: await here.ctx.documents.actor(here.ctx, account),
    twin,
    letters,
    seal: (activity) => signDocument(activity, keys, new Date()),
  }
}

async function speakerOf(server: TestServer, account: { id: string; username: string }): Promise<Speaker> {
  const { fragment, privateKey } = await unlockSigner(server.ctx, account.id)
  const uri = `${server.origin}/users/${account.username}`
  return { uri, keyId: `${uri}#${fragment}`, privateKey }
}

/** Says something to whoever lives at a receiver, where its kind wants it. */
export async function say(receiver: Receiver, by: Speaker, body: object, date = new Date()): Promise<void> {
  const path = receiver.kind.sharedInbox ? '/inbox' : '/users/fan/inbox'
  const port = Number(new URL(receiver.origin).port)
  await post({ origin: receiver.origin, port }, { ...by, body, path, date })
}

let serial = 0

/** What an account says as it moves, for its own signature over HTTP. */
export function moveOf({ old, twin }: Mover, object: unknown = old.uri): Json {
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: `${old.uri}#moves/${++serial}`,
    type: 'Move',
    actor: old.uri,
    object,
    target: twin.uri,
    to: [`${old.uri}/followers`],
  }
}

/** The profile as it was, with where its owner lives now. */
export function updateOf({ old, twin, document }: Mover): Json {
  return {
    '@context': document['@context'],
    id: `${old.uri}#updates/${++serial}`,
    type: 'Update',
    actor: old.uri,
    to: ['https://www.w3.org/ns/activitystreams#Public'],
    object: { ...document, movedTo: twin.uri },
  }
}
