import type { ActivityDraft } from '../../domain/drafts.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { readActivity } from '../vocab/read-activity.ts'
import type { ActorSource } from './fetch-actor.ts'
import { fetchDocument } from './fetch-document.ts'

/** An activity from the server that its id names, by an actor of that server; undefined when it cannot be had. */
export async function fetchActivity(source: ActorSource, uri: string): Promise<ActivityDraft | undefined> {
  const document = await fetchDocument(source.get, uri)
  if ('missing' in document) return undefined
  const read = await readActivity(document.json, source.loaders)
  if (!read.ok || read.activity.id !== document.id) return undefined
  const { activity } = read
  return canonicalHost(activity.actor) === canonicalHost(document.id) ? activity : undefined
}
