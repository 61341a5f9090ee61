import { Activity, Object as FedifyObject } from '@fedify/vocab'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CanonicalObject } from '../../../src/domain/drafts.ts'
import { readEmbeddedActivity } from '../../../src/federation/vocab/read-activity.ts'
import { readActor } from '../../../src/federation/vocab/read-actor.ts'
import { toCanonical } from '../../../src/federation/vocab/read-canonical.ts'
import { pinnedContext } from '../../../src/federation/contexts.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { normalizeDocument } from '../../../src/federation/vocab/read/normalize.ts'
import { vocabulary } from '../../../src/federation/vocab/read/vocabulary.ts'
import { conversationsIn, corpus, documentsIn, fixtures } from './documents.ts'
import { contextsFrom, type Json, now, readAll, toCanonicalPlain } from './read-support.ts'

async function throughJsonLd(json: Json): Promise<CanonicalObject | undefined> {
  const normalized = await normalizeDocument(json, contextsFrom().contextLoader)
  return normalized.ok ? (normalized.document as CanonicalObject) : undefined
}

/** The part of Pleroma's context that Fedify's classes need. */
const litepub = { '@context': { EmojiReact: 'http://litepub.social/ns#EmojiReact' } }

async function readWithFedify(json: Json): Promise<Json | undefined> {
  const options = {
    contextLoader: (url: string) => {
      const document = url.endsWith('/litepub-0.1.jsonld') ? litepub : pinnedContext(url)
      if (!document) return Promise.reject(new Error(`${url} is not at hand`))
      return Promise.resolve({ contextUrl: null, documentUrl: url, document })
    },
    documentLoader: (url: string) => Promise.reject(new Error(`${url} is not to be fetched`)),
  }
  try {
    const object = await FedifyObject.fromJsonLd(json, options)
    if (object.constructor === FedifyObject) return undefined
    const author =
      object instanceof Activity ? (object.actorId ?? object.attributionId) : object.attributionId
    return {
      id: object.id?.href,
      author: author?.href,
      objects: object instanceof Activity ? object.objectIds.map(({ href }) => href) : [],
      to: object.toIds.map(({ href }) => href),
      cc: object.ccIds.map(({ href }) => href),
      inReplyTo: object.replyTargetId?.href,
      published: object.published?.epochMilliseconds,
    }
  } catch {
    return undefined
  }
}

/** What our readers and Fedify's classes both know, addresses as the URL parser spells them. */
function essenceOf(document: CanonicalObject): Json {
  const activity = readEmbeddedActivity(document)
  if (activity.ok) {
    const { id, actor, objects, to, cc, published } = activity.activity
    return known({ id, author: actor, objects: objects.map((object) => object.id), to, cc, published })
  }
  const note = readNote(document, { now })
  if (note.ok) {
    const { id, attributedTo, to, cc, inReplyTo, published } = note.note
    return known({ id, author: attributedTo, to, cc, inReplyTo, published })
  }
  const actor = readActor(document, now)
  return actor.ok ? known({ id: actor.actor.id, published: actor.actor.published }) : {}
}

function known(essence: Json): Json {
  const spell = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(spell)
    if (value instanceof Date) return value.getTime()
    return typeof value === 'string' ? new URL(value).href : value
  }
  return Object.fromEntries(
    Object.entries(essence).flatMap(([key, value]) => (value === undefined ? [] : [[key, spell(value)]])),
  )
}

/** The same document in words of its own: every word of the vocabulary stands behind another name. */
function disguise(json: Json): Json {
  const context: Json = {}
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        aliasOf(key),
        key === 'type' ? [inner].flat().map((type) => aliasOf(type as string)) : renameUnder(key, inner),
      ]),
    )
  }
  const renameUnder = (key: string, inner: unknown) =>
    vocabulary.get(key)?.kind === 'languages' || key === '@context' ? inner : rename(inner)
  const aliasOf = (word: string): string => {
    const term = vocabulary.get(word)
    if (!term) return word
    context[`x-${word}`] = {
      '@id': term.iris[0],
      ...(term.kind === 'id' && { '@type': '@id' }),
      ...(term.kind === 'languages' && { '@container': '@language' }),
      ...(term.kind === 'list' && { '@container': '@list' }),
    }
    return `x-${word}`
  }
  const { '@context': original = [], ...rest } = json
  const renamed = rename(rest) as Json
  return { '@context': [original, context].flat(), ...renamed }
}

/** A context of its own inside an object would hide that the words were given other names outside. */
function hasInnerContext(json: Json): boolean {
  return JSON.stringify(json).split('"@context"').length > 2
}

/** Its ids stand in lists, which JSON-LD forbids: plain JSON alone reads it. */
const notJsonLd = 'funkwhale.json: fay deletes the file, named in a list'

const sources = [
  {
    name: 'documents of our own',
    documents: documentsIn(join(fixtures, 'wire')),
    atLeast: { plain: 21, disguised: 18, fedify: 17, jsonLd: 2 },
  },
  {
    name: 'conversations',
    documents: conversationsIn(join(fixtures, 'software')),
    atLeast: { plain: 216, disguised: 206, fedify: 211, jsonLd: 3 },
  },
  {
    name: 'documents of others',
    documents: documentsIn(corpus),
    atLeast: { plain: 136, disguised: 132, fedify: 134, jsonLd: 6 },
  },
]

describe.each(sources)('$name', ({ name, documents, atLeast }) => {
  const absent = documents.length === 0

  test.skipIf(absent)('read as plain JSON and through JSON-LD are the same', async () => {
    let agreed = 0
    let needed = 0
    for (const [file, json] of documents) {
      const canonical = toCanonicalPlain(json)
      const normalized = await throughJsonLd(json)
      if (canonical === undefined) needed += normalized ? 1 : 0
      if (!canonical?.ok) continue
      if (file === notJsonLd) {
        expect(normalized).toBeUndefined()
        continue
      }
      expect(normalized, file).toBeDefined()
      expect(readAll(canonical.value), file).toEqual(normalized && readAll(normalized))
      agreed++
    }
    console.info(`${name}: ${agreed} agree, ${needed} more were read through JSON-LD alone`)
    expect(agreed).toBeGreaterThanOrEqual(atLeast.plain)
    expect(needed).toBeGreaterThanOrEqual(atLeast.jsonLd)
  })

  test.skipIf(absent)('read the same in words of their own', async () => {
    let agreed = 0
    for (const [file, json] of documents) {
      const canonical = toCanonicalPlain(json)
      if (!canonical?.ok || hasInnerContext(json) || file === notJsonLd) continue
      const disguised = disguise(json)
      expect(toCanonicalPlain(disguised), file).toBeUndefined()
      const normalized = await throughJsonLd(disguised)
      expect(normalized && readAll(normalized), file).toEqual(readAll(canonical.value))
      agreed++
    }
    console.info(`${name}: ${agreed} agree in words of their own`)
    expect(agreed).toBeGreaterThanOrEqual(atLeast.disguised)
  })

  test.skipIf(absent)("are read as Fedify's own classes read them", async () => {
    let agreed = 0
    let refused = 0
    for (const [file, json] of documents) {
      const canonical = await toCanonical(json, contextsFrom())
      const theirs = await readWithFedify(json)
      if (!canonical.ok || theirs === undefined) refused++
      else {
        expect(theirs, file).toMatchObject(essenceOf(canonical.value))
        agreed++
      }
    }
    console.info(`${name}: ${agreed} agree with Fedify, ${refused} are refused by one or the other`)
    expect(agreed).toBeGreaterThanOrEqual(atLeast.fedify)
  })

  test.skipIf(absent)('are mostly read by somebody', () => {
    const read = { activity: 0, note: 0, actor: 0 }
    for (const [, json] of documents) {
      const canonical = toCanonicalPlain(json)
      if (!canonical?.ok) continue
      if (readEmbeddedActivity(canonical.value).ok) read.activity++
      else if (readNote(canonical.value, { now }).ok) read.note++
      else if (readActor(canonical.value, now).ok) read.actor++
    }
    console.info(`${name}: ${JSON.stringify(read)}`)
    const total = read.activity + read.note + read.actor
    expect(total / documents.length).toBeGreaterThan(0.8)
  })
})
