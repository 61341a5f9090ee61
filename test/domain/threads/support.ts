import type { RemoteActor, RemoteServer } from '../../support/remote-server.ts'
import { noteOf } from '../../support/remote-server.ts'

const context = 'https://www.w3.org/ns/activitystreams'

/** A post of theirs, served under its id, whose answers are listed where it says. */
export function serveNote(on: RemoteServer, author: RemoteActor, more: object = {}): Record<string, any> {
  const note = noteOf(author, more)
  const id = String(note['id'])
  const document = { '@context': context, replies: `${id}/replies`, ...note }
  on.serve(new URL(id).pathname, document)
  return document
}

/** Has a collection hold these ids. */
export function serveCollection(
  on: RemoteServer,
  uri: string,
  items: readonly string[],
  more: object = {},
): void {
  on.serve(new URL(uri).pathname, { '@context': context, id: uri, type: 'Collection', items, ...more })
}
