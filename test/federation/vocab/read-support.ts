import { readFileSync } from 'node:fs'
import type { CanonicalObject } from '../../../src/domain/drafts.ts'
import { readEmbeddedActivity } from '../../../src/federation/vocab/read-activity.ts'
import { readActor } from '../../../src/federation/vocab/read-actor.ts'
import type { CanonicalResult, Loaders } from '../../../src/federation/vocab/read-canonical.ts'
import { readQuoteAuthorization } from '../../../src/federation/vocab/read-quote-authorization.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { scanDocument } from '../../../src/federation/vocab/read/scan.ts'

export type Json = Record<string, unknown>

export const now = new Date('2026-11-21T00:00:00Z')

export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'
export const AS = 'https://www.w3.org/ns/activitystreams'

/** A document as a server of that kind writes it. */
export function wire(name: string): Json {
  return JSON.parse(
    readFileSync(new URL(`../../fixtures/wire/${name}.json`, import.meta.url), 'utf8'),
  ) as Json
}

/** Serves the given contexts, and remembers what it was asked for. */
export function contextsFrom(contexts: Record<string, unknown> = {}): Loaders & { asked: string[] } {
  const asked: string[] = []
  const contextLoader: Loaders['contextLoader'] = (url) => {
    asked.push(url)
    const document = contexts[url]
    if (document === undefined) return Promise.reject(new Error(`${url} answers nothing`))
    return Promise.resolve({ contextUrl: null, documentUrl: url, document })
  }
  return { contextLoader, asked }
}

/** The way of documents that need no JSON-LD alone: undefined where one does. */
export function toCanonicalPlain(json: unknown): CanonicalResult | undefined {
  const scan = scanDocument(json)
  if (!scan.ok) return scan
  return scan.plain ? { ok: true, value: json as CanonicalObject } : undefined
}

/** What the fast way makes of a document; fails where it is not for the fast way. */
export function plain(json: unknown): CanonicalObject {
  const canonical = toCanonicalPlain(json)
  if (!canonical?.ok) throw new Error(`Not plain: ${canonical?.problem ?? 'needs JSON-LD'}`)
  return canonical.value
}

export function noteOf(json: unknown, options: Parameters<typeof readNote>[1] = {}) {
  const read = readNote(plain(json), { now, ...options })
  if (!read.ok) throw new Error(`Not a note: ${read.problem}`)
  return read.note
}

export function activityOf(json: unknown) {
  const read = readEmbeddedActivity(plain(json))
  if (!read.ok) throw new Error(`Not an activity: ${read.problem}`)
  return read.activity
}

export function actorOf(json: unknown) {
  const read = readActor(plain(json), now)
  if (!read.ok) throw new Error(`Not an actor: ${read.problem}`)
  return read.actor
}

/** Everything that any reader finds in a document, and in the objects inside it. */
export function readAll(document: CanonicalObject): unknown {
  const activity = readEmbeddedActivity(document)
  const inner = activity.ok
    ? activity.activity.objects.map(({ id, embedded }) => ({ id, embedded: embedded && readAll(embedded) }))
    : undefined
  const {
    object: _,
    objects: __,
    instrument,
    ...rest
  } = activity.ok ? activity.activity : { object: {}, objects: [] }
  return {
    activity: activity.ok ? rest : activity.problem,
    inner,
    instrument: instrument?.embedded && readAll(instrument.embedded),
    authorization: readQuoteAuthorization(document),
    note: readNote(document, { now }),
    actor: readActor(document, now),
  }
}
