import {
  type CanonicalObject,
  type NoteDraft,
  type NoteType,
  noteTypes,
  type Visibility,
} from '../../domain/drafts.ts'
import { htmlToText } from '../../lib/html-to-text.ts'
import { sanitizeContent, textToHtml } from '../../lib/html.ts'
import type { Refused } from './read-canonical.ts'
import { canonicalUrl, firstUrlOf, recipientsOf, sameHost } from './read/address.ts'
import { attachmentsOf } from './read/attachments.ts'
import { cleanLine, cleanText } from '../../lib/clean-text.ts'
import { compact, dateOf, firstString, flagOf, lineOf, pastDateOf, textOf } from './read/fields.ts'
import { hasType, objectsOf, valuesOf } from './read/values.ts'
import { interactionPolicyOf } from './read/interaction-policy.ts'
import { translatedText } from './read/languages.ts'
import { pageOf } from './read/page.ts'
import { pollOf } from './read/poll.ts'
import { placeOf } from './read/event.ts'
import { linkOf, posterOf } from './read/poster.ts'
import { emojisOf, hashtagsOf, mentionsOf, quotedByTag } from './read/tags.ts'
import { isObject } from './read/scan.ts'
import { soleType } from './read/types.ts'
import { PUBLIC } from './read/vocabulary.ts'

export type NoteResult = { ok: true; note: NoteDraft } | Refused

const MAX_TITLE = 500
const MAX_SUMMARY = 5_000
const MAX_SOURCE = 100_000
const MAX_OPAQUE_ID = 2_048

/**
 * Reads a post: a Note or what other software posts in its place. It must be attributed to somebody on its own host.
 *
 * @param options.followers the author's followers collection, where known; otherwise an address on the author's
 *   host that ends as everybody's does is taken for it
 * @param options.audience whom the activity that brings the post is for: whom the post is for, if it does not say itself
 */
export function readNote(
  document: CanonicalObject,
  options: { followers?: string | undefined; audience?: Audience; now?: Date } = {},
): NoteResult {
  const sole = soleType(document, noteTypes)
  if ('problem' in sole) return refuse(sole.problem)
  const id = canonicalUrl(firstString(document, 'id'))
  if (id === undefined) return refuse('no-id')
  const author = authorOf(document)
  if (author.length !== 1 || author[0] === undefined) return refuse(author[0] ? 'many-authors' : 'no-author')
  const [attributedTo] = author
  if (!sameHost(attributedTo, id)) return refuse('foreign-author')
  const now = options.now ?? new Date()
  const head = { id, type: sole.type, attributedTo, ...addressing(document, attributedTo, options) }
  return {
    ok: true,
    note: compact({
      ...head,
      ...body(document, now),
      ...work(document, sole.type, id),
      ...relations(document, id),
    }),
  }
}

/** What only longer works have. In a Note the same words mean nothing, or something else. */
function work(document: CanonicalObject, type: NoteType, id: string) {
  if (type === 'Note' || type === 'Question') return {}
  const when = { startTime: dateOf(document, 'startTime'), endTime: dateOf(document, 'endTime') }
  const event = type === 'Event' ? { ...when, location: placeOf(document) } : {}
  return { poster: posterOf(document), link: linkOf(document, id), ...event }
}

/** PeerTube and Mobilizon name the person and their channel or group; the person wrote it. */
function authorOf(document: CanonicalObject): string[] {
  const authors = valuesOf(document, 'attributedTo')
  const persons = authors.filter((author) => isObject(author) && hasType(author, 'Person'))
  const chosen = authors.length > 1 && persons.length === 1 ? persons : authors
  return chosen.flatMap((author) => canonicalUrl(isObject(author) ? author['id'] : author) ?? [])
}

function body(document: CanonicalObject, now: Date) {
  const { text, language } = translatedText(document, 'content')
  const summary = translatedText(document, 'summary').text
  const title = translatedText(document, 'name').text
  return {
    name: title === undefined ? undefined : cleanLine(title, MAX_TITLE) || undefined,
    contentHtml: toHtml(text ?? '', lineOf(document, 'mediaType', 100)),
    summary: summary === undefined ? undefined : plainSummary(summary),
    sensitive: flagOf(document, 'sensitive'),
    language,
    published: pastDateOf(document, 'published', now),
    updated: pastDateOf(document, 'updated', now),
    mentions: mentionsOf(document),
    hashtags: hashtagsOf(document),
    emojis: emojisOf(document),
    attachments: attachmentsOf(document),
    poll: pollOf(document, now),
    source: sourceOf(document),
  }
}

function toHtml(text: string, mediaType: string | undefined): string {
  const isHtml = mediaType === undefined || mediaType === '' || /html/i.test(mediaType)
  return isHtml ? sanitizeContent(text) : textToHtml(text)
}

/** By the specification a summary is HTML, by everybody's habit it is a line of text. */
function plainSummary(summary: string): string | undefined {
  const text = /[<&]/.test(summary) ? htmlToText(sanitizeContent(summary)) : summary
  return cleanText(text, MAX_SUMMARY).trim() || undefined
}

function relations(document: CanonicalObject, id: string) {
  return {
    url: pageOf(document, id),
    inReplyTo: firstUrlOf(document, 'inReplyTo'),
    quoteUri: quoteOf(document),
    quoteAuthorization: firstUrlOf(document, 'quoteAuthorization'),
    interactionPolicy: interactionPolicyOf(document),
    context: firstUrlOf(document, 'context'),
    conversation: lineOf(document, 'conversation', MAX_OPAQUE_ID),
    repliesUri: firstUrlOf(document, 'replies'),
  }
}

/** FEP-044f, then what Fedibird, Pleroma and Misskey had before it. */
function quoteOf(document: CanonicalObject): string | undefined {
  return (
    firstUrlOf(document, 'quote') ??
    firstUrlOf(document, 'quoteUri') ??
    firstUrlOf(document, 'quoteUrl') ??
    firstUrlOf(document, '_misskey_quote') ??
    quotedByTag(document)
  )
}

function sourceOf(document: CanonicalObject): NoteDraft['source'] {
  const [source] = objectsOf(document, 'source')
  const content = source && textOf(source, 'content', MAX_SOURCE)
  if (!source || content === undefined) return undefined
  return { content, mediaType: lineOf(source, 'mediaType', 100) ?? 'text/plain' }
}

type Audience = Pick<NoteDraft, 'to' | 'cc'>

function addressing(
  document: CanonicalObject,
  author: string,
  { followers, audience }: { followers?: string | undefined; audience?: Audience },
) {
  const own = { to: recipientsOf(document, 'to'), cc: recipientsOf(document, 'cc') }
  const { to, cc } = audience && own.to.length + own.cc.length === 0 ? audience : own
  return { to, cc, visibility: visibilityOf(to, cc, (uri) => isFollowers(uri, author, followers)) }
}

/** As Mastodon sees it: whom a post is addressed to says who may see it. */
function visibilityOf(to: string[], cc: string[], isFollowers: (uri: string) => boolean): Visibility {
  if (to.includes(PUBLIC)) return 'public'
  if (cc.includes(PUBLIC)) return 'unlisted'
  return to.some(isFollowers) || cc.some(isFollowers) ? 'private' : 'direct'
}

function isFollowers(uri: string, author: string, followers: string | undefined): boolean {
  if (followers !== undefined) return uri === followers
  return /\/followers\/?$/.test(uri) && sameHost(uri, author)
}

function refuse(problem: Refused['problem']): Refused {
  return { ok: false, problem }
}
