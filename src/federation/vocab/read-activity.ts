import {
  type ActivityDraft,
  type ActivityType,
  activityTypes,
  type CanonicalObject,
  type EmbeddedActivityDraft,
  type ObjectRef,
  type ReadProblem,
} from '../../domain/drafts.ts'
import { type Loaders, type Refused, toCanonical } from './read-canonical.ts'
import { canonicalUrl, firstUrlOf, recipientsOf } from './read/address.ts'
import { compact, firstString, pastDateOf, textOf } from './read/fields.ts'
import { typesOf, valuesOf } from './read/values.ts'
import { isObject } from './read/scan.ts'
import { emojisOf } from './read/tags.ts'
import { isOfForeignType, soleType } from './read/types.ts'

export type ActivityResult = { ok: true; activity: ActivityDraft } | Refused
export type EmbeddedActivityResult = { ok: true; activity: EmbeddedActivityDraft } | Refused

const MAX_OBJECTS = 100
const MAX_CONTENT = 5_000

/**
 * Reads an activity as it came over the wire, whatever contexts it is written in.
 *
 * @see https://www.w3.org/TR/activitystreams-core/#activities
 */
export async function readActivity(json: unknown, loaders: Loaders): Promise<ActivityResult> {
  const canonical = await toCanonical(json, loaders)
  if (!canonical.ok) return canonical
  const read = readEmbeddedActivity(canonical.value)
  if (!read.ok) return read
  const { id } = read.activity
  return id === undefined ? refuse('no-id') : { ok: true, activity: { ...read.activity, id } }
}

/** Reads the activity that an Undo, Accept or Reject is about. It may lack an id. */
export function readEmbeddedActivity(document: CanonicalObject): EmbeddedActivityResult {
  const sole = soleType(document, activityTypes)
  if ('problem' in sole && (sole.problem === 'mixed-types' || !isOfForeignType(document))) {
    return refuse(sole.problem)
  }
  const type = 'type' in sole ? sole.type : ('Unknown' as const)
  const actors = valuesOf(document, 'actor')
  if (actors.length > 1) return refuse('many-actors')
  const actor = canonicalUrl(isObject(actors[0]) ? actors[0]['id'] : actors[0])
  if (actor === undefined) return refuse('no-actor')
  const objects = valuesOf(document, 'object', MAX_OBJECTS).flatMap((value) => refTo(value) ?? [])
  const problem = objectsProblem(type, objects)
  if (problem) return refuse(problem)
  const [object = {}] = objects
  const draft = { ...describe(document), type, actor, object, objects }
  return { ok: true, activity: compact(draft) }
}

function objectsProblem(type: ActivityType | 'Unknown', objects: ObjectRef[]): ReadProblem | undefined {
  if (type === 'Unknown') return undefined
  if (objects.length === 0) return 'no-object'
  return type !== 'Flag' && objects.length > 1 ? 'many-objects' : undefined
}

function describe(document: CanonicalObject) {
  return {
    id: canonicalUrl(firstString(document, 'id')),
    target: firstUrlOf(document, 'target'),
    instrument: valuesOf(document, 'instrument').flatMap((value) => refTo(value) ?? [])[0],
    result: firstUrlOf(document, 'result'),
    to: recipientsOf(document, 'to'),
    cc: recipientsOf(document, 'cc'),
    published: pastDateOf(document, 'published', new Date()),
    // Misskey puts the emoji of a reaction into a word of its own when it calls the activity a Like.
    content: textOf(document, 'content', MAX_CONTENT) ?? textOf(document, '_misskey_reaction', MAX_CONTENT),
    emojis: emojisOf(document),
  }
}

function refTo(value: unknown): ObjectRef | undefined {
  if (!isObject(value)) {
    const id = canonicalUrl(value)
    return id === undefined ? undefined : { id }
  }
  const id = canonicalUrl(firstString(value, 'id'))
  const embedded = typesOf(value).length > 0 ? (value as CanonicalObject) : undefined
  return id === undefined && embedded === undefined ? undefined : compact({ id, embedded })
}

function refuse(problem: Refused['problem']): Refused {
  return { ok: false, problem }
}
