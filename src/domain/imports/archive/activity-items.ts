import type { Visibility } from '../../../db/schema.ts'
import { insideOrigin, type ArchiveItem } from './source.ts'

type Json = Record<string, unknown>

/** One entry of an outbox: an activity, or in some exports the post itself. */
export function readActivity(entry: unknown): ArchiveItem {
  if (!isObject(entry)) return { kind: 'other', what: 'something unreadable' }
  const type = typeof entry['type'] === 'string' ? entry['type'] : ''
  if (type === 'Create' && isObject(entry['object'])) return readPost(entry['object'])
  if (type === 'Announce') return readBoost(entry)
  if (postTypes.has(type)) return readPost(entry)
  return { kind: 'other', what: type === '' ? 'something unreadable' : type.slice(0, 50) }
}

const postTypes = new Set(['Note', 'Question', 'Article', 'Page', 'Image', 'Video', 'Audio', 'Event'])

function readBoost(entry: Json): ArchiveItem {
  const { object, id, published } = entry
  const boosted = isObject(object) ? object['id'] : object
  if (typeof boosted !== 'string' || typeof id !== 'string') return { kind: 'other', what: 'Announce' }
  const visibility = visibilityOf(namesIn(entry['to']), namesIn(entry['cc']))
  const date = typeof published === 'string' ? published : null
  return { kind: 'boost', uri: id, boosted, published: date, visibility }
}

/** A boost that is for nobody in particular is for followers. */
function visibilityOf(to: readonly unknown[], cc: readonly unknown[]): Visibility {
  if (to.some(isPublic)) return 'public'
  return cc.some(isPublic) ? 'unlisted' : 'private'
}

function namesIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function isPublic(name: unknown): boolean {
  return name === 'https://www.w3.org/ns/activitystreams#Public' || name === 'as:Public' || name === 'Public'
}

function readPost(document: Json): ArchiveItem {
  const attached = document['attachment']
  const list = Array.isArray(attached) ? attached : attached === undefined ? [] : [attached]
  return { kind: 'post', document: { ...document, attachment: list.map(nameInside) } }
}

/** Files in the archive are named by relative paths, which no reader of addresses takes. */
function nameInside(attachment: unknown): unknown {
  if (!isObject(attachment)) return attachment
  const url = attachment['url']
  if (typeof url !== 'string' || /^[a-z][a-z0-9+.-]*:/i.test(url)) return attachment
  const path = url.replace(/^\/+/, '')
  return { ...attachment, url: `${insideOrigin}/${path.split('/').map(encodeURIComponent).join('/')}` }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
