import { type ActorDraft, actorTypes, type CanonicalObject } from '../../domain/drafts.ts'
import { sanitizeContent, sanitizeField } from '../../lib/html.ts'
import type { Refused } from './read-canonical.ts'
import { canonicalUrl, firstUrlOf, localUrlOf, urlsOf } from './read/address.ts'
import { cleanLine } from '../../lib/clean-text.ts'
import { compact, firstString, flagOf, lineOf, pastDateOf } from './read/fields.ts'
import { hasType, objectsOf } from './read/values.ts'
import { multikeysOf, publicKeysOf } from './read/keys.ts'
import { translatedText } from './read/languages.ts'
import { pageOf } from './read/page.ts'
import { imageDescriptionOf } from './read/attachments.ts'
import { emojisOf, imageUrlOf } from './read/tags.ts'
import { soleType } from './read/types.ts'

export type ActorResult = { ok: true; actor: ActorDraft } | Refused

const MAX_NAME = 500
const MAX_USERNAME = 255
const MAX_ALIASES = 256
const MAX_FIELDS = 20
const MAX_FIELD_TEXT = 1_000

/**
 * Letters and digits of any script; no space, no `@`, no `/`, nothing invisible. A server's own actor is often named
 * after its host, which may have a port.
 */
const username = /^[\p{L}\p{M}\p{N}_.~-]+(:\d{1,5})?$/u

/**
 * Reads an actor's own document. Where its messages go, who follows it and which keys are its own it may say only
 * for its own host: such an address elsewhere is dropped, and with an inbox elsewhere the actor is refused.
 *
 * @see https://www.w3.org/TR/activitypub/#actor-objects
 */
export function readActor(document: CanonicalObject, now = new Date()): ActorResult {
  const sole = soleType(document, actorTypes)
  if ('problem' in sole) return refuse(sole.problem)
  const id = canonicalUrl(firstString(document, 'id'))
  if (id === undefined) return refuse('no-id')
  const inbox = localUrlOf(document, 'inbox', id)
  if (inbox === undefined) return refuse(firstUrlOf(document, 'inbox') ? 'foreign-inbox' : 'no-inbox')
  const preferredUsername = lineOf(document, 'preferredUsername', MAX_USERNAME)?.normalize('NFC') ?? ''
  if (!username.test(preferredUsername)) return refuse('bad-username')
  const head = { id, type: sole.type, preferredUsername, inbox, ...endpoints(document, id) }
  return { ok: true, actor: compact({ ...head, ...profile(document, now), ...identity(document, id) }) }
}

function endpoints(document: CanonicalObject, id: string) {
  const [shared] = objectsOf(document, 'endpoints')
  return {
    outbox: localUrlOf(document, 'outbox', id),
    sharedInbox: shared && localUrlOf(shared, 'sharedInbox', id),
    followers: localUrlOf(document, 'followers', id),
    following: localUrlOf(document, 'following', id),
    featured: localUrlOf(document, 'featured', id),
    featuredTags: localUrlOf(document, 'featuredTags', id),
  }
}

function profile(document: CanonicalObject, now: Date) {
  return {
    name: cleanLine(translatedText(document, 'name').text ?? '', MAX_NAME),
    summaryHtml: sanitizeContent(translatedText(document, 'summary').text ?? ''),
    iconUrl: imageUrlOf(document, 'icon'),
    iconDescription: imageDescriptionOf(document, 'icon'),
    imageUrl: imageUrlOf(document, 'image'),
    imageDescription: imageDescriptionOf(document, 'image'),
    manuallyApprovesFollowers: flagOf(document, 'manuallyApprovesFollowers'),
    discoverable: flagOf(document, 'discoverable'),
    indexable: flagOf(document, 'indexable'),
    memorial: flagOf(document, 'memorial'),
    suspended: flagOf(document, 'suspended'),
    published: pastDateOf(document, 'published', now),
    fields: fieldsOf(document),
    emojis: emojisOf(document),
  }
}

function identity(document: CanonicalObject, id: string) {
  return {
    url: pageOf(document, id),
    alsoKnownAs: [...new Set(urlsOf(document, 'alsoKnownAs', MAX_ALIASES))],
    movedTo: firstUrlOf(document, 'movedTo'),
    publicKeys: publicKeysOf(document, id),
    multikeys: multikeysOf(document, id),
  }
}

/** http://schema.org#PropertyValue, as Mastodon has it in `attachment`. */
function fieldsOf(document: CanonicalObject): ActorDraft['fields'] {
  return objectsOf(document, 'attachment')
    .filter((item) => hasType(item, 'PropertyValue'))
    .slice(0, MAX_FIELDS)
    .map((item) => ({
      name: lineOf(item, 'name', MAX_FIELD_TEXT) ?? '',
      valueHtml: sanitizeField(firstString(item, 'value') ?? '', MAX_FIELD_TEXT),
    }))
}

function refuse(problem: Refused['problem']): Refused {
  return { ok: false, problem }
}
