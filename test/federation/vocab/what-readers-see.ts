import { warningOf } from '../../../src/domain/statuses/compose-content.ts'
import { describeNote } from '../../../src/domain/statuses/describe-note.ts'
import type {
  ActorDraft,
  CanonicalObject,
  EmbeddedActivityDraft,
  NoteDraft,
} from '../../../src/domain/drafts.ts'
import { readEmbeddedActivity } from '../../../src/federation/vocab/read-activity.ts'
import { readActor } from '../../../src/federation/vocab/read-actor.ts'
import { toCanonical } from '../../../src/federation/vocab/read-canonical.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { readQuoteAuthorization } from '../../../src/federation/vocab/read-quote-authorization.ts'
import { readLikeReaction, readReaction } from '../../../src/federation/vocab/read-reaction.ts'
import { isOfForeignType } from '../../../src/federation/vocab/read/types.ts'
import { hasType } from '../../../src/federation/vocab/read/values.ts'
import { htmlToText } from '../../../src/lib/html-to-text.ts'
import { now } from './read-support.ts'

const MAX_TEXT = 60

/** Contexts that we have no copy of say nothing here, as if their servers served empty ones. */
const silentContexts = {
  contextLoader: (url: string) =>
    Promise.resolve({ contextUrl: null, documentUrl: url, document: { '@context': {} } }),
}

const columns = [
  ...[
    'document',
    'what it is',
    'who',
    'seen by',
    'language',
    'title or name',
    'text',
    'warning',
    'media',
    'more',
  ],
] as const
type Row = Partial<Record<(typeof columns)[number], string>>

/** Everything that would be seen of these documents, as a table in Markdown: a row each, and one for what is inside. */
export async function tableOf(
  heading: string,
  documents: readonly (readonly [string, unknown])[],
): Promise<string> {
  const rows: Row[] = []
  for (const [name, json] of documents) {
    const [first, ...inner] = await rowsOf(json)
    rows.push({ ...first, document: name }, ...inner)
  }
  const lines = [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => cell(row[column]))),
  ]
  return `# ${heading}\n\n${lines.map((line) => `| ${line.join(' | ')} |\n`).join('')}`
}

function cell(text = ''): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim()
}

async function rowsOf(json: unknown): Promise<Row[]> {
  const canonical = await toCanonical(json, silentContexts)
  return canonical.ok ? rowsOfObject(canonical.value) : [{ 'what it is': nothing(canonical.problem) }]
}

function rowsOfObject(document: CanonicalObject, audience?: Pick<NoteDraft, 'to' | 'cc'>): Row[] {
  const activity = readEmbeddedActivity(document)
  const isActivity = activity.ok && activity.activity.type !== 'Unknown'
  if (isActivity) return rowsOfActivity(activity.activity)
  const note = readNote(document, { now, ...(audience && { audience }) })
  if (note.ok) return [rowOfNote(note.note)]
  const actor = readActor(document, now)
  if (actor.ok) return [rowOfActor(actor.actor)]
  const stamp = readQuoteAuthorization(document)
  if (stamp.ok) {
    const { attributedTo, interactingObject, interactionTarget } = stamp.authorization
    return [{ 'what it is': `lets ${interactingObject} quote ${interactionTarget}`, who: attributedTo }]
  }
  if (hasType(document, 'Tombstone')) return [{ 'what it is': 'what is gone' }]
  const readers = isOfForeignType(document) ? [note] : [note, actor, activity]
  return [{ 'what it is': nothing(`${typeNames(document)}: ${problemOf(readers)}`) }]
}

/** The problem of the reader whose kind of document this is: the others only say that it is not theirs. */
function problemOf(results: readonly { ok: boolean; problem?: string }[]): string {
  const problems = results.map(({ problem }) => problem)
  return (
    problems.find((problem) => problem !== undefined && problem !== 'unsupported-type') ?? 'unsupported-type'
  )
}

function nothing(reason: string): string {
  return `*nothing* (${reason})`
}

function typeNames(document: CanonicalObject): string {
  return [document['type'] ?? 'no type'].flat().join('+')
}

const verbs: Readonly<Record<EmbeddedActivityDraft['type'], string>> = {
  Accept: 'accepts',
  Add: 'adds',
  Announce: 'boosts',
  Block: 'blocks',
  Create: 'posts',
  Delete: 'deletes',
  Dislike: 'dislikes',
  EmojiReact: 'reacts to',
  Flag: 'reports',
  Follow: 'follows',
  Like: 'likes',
  Move: 'moves',
  QuoteRequest: 'asks to quote',
  Reject: 'rejects',
  Remove: 'removes',
  Undo: 'undoes',
  Update: 'updates',
  Unknown: 'does what nobody here knows to',
}

/** What a post that does not say itself whom it is for comes with. */
const brings: ReadonlySet<EmbeddedActivityDraft['type']> = new Set(['Create', 'Update'])

function rowsOfActivity(activity: EmbeddedActivityDraft): Row[] {
  const { type, actor, content, objects } = activity
  const what = objects.map(({ id, embedded }) => id ?? (embedded ? 'the following' : 'nothing')).join(' and ')
  const row: Row = {
    'what it is': `${verbs[type]} ${what}${activity.id === undefined ? ' (without an id)' : ''}`,
    who: actor,
    text: type === 'Flag' ? cut(content ?? '') : '',
    more: list([describeReaction(activity), ...describeCompany(activity)]),
  }
  const inner = [...objects, ...quotingPost(activity)].flatMap(({ embedded }) =>
    embedded === undefined ? [] : rowsOfObject(embedded, brings.has(type) ? activity : undefined),
  )
  return [row, ...inner.map((each) => ({ ...each, 'what it is': `↳ ${each['what it is']}` }))]
}

function describeReaction(activity: EmbeddedActivityDraft): string | undefined {
  if (activity.type !== 'EmojiReact' && activity.type !== 'Like') return undefined
  const isReaction = activity.type === 'EmojiReact'
  const emoji = isReaction ? readReaction(activity) : readLikeReaction(activity)
  if (emoji === undefined) return isReaction ? 'with what is no emoji, so not seen' : undefined
  return `as ${emoji.name}${emoji.emojiUrl === null ? '' : ' (a picture)'}`
}

function describeCompany(activity: EmbeddedActivityDraft): string[] {
  return [
    ...labelled('to', activity.target === undefined ? [] : [activity.target]),
    ...labelled(
      'in',
      quotingPost(activity).map(({ id }) => id ?? 'the following'),
    ),
    ...labelled('with', activity.result === undefined ? [] : [activity.result]),
  ]
}

/** What Friendica has there, the program that it was written with, nobody sees. */
function quotingPost({ type, instrument }: EmbeddedActivityDraft) {
  return type === 'QuoteRequest' && instrument !== undefined ? [instrument] : []
}

function rowOfNote(note: NoteDraft): Row {
  const { type, title, content, language, tags, emojis, attachments } = describeNote(note)
  return {
    'what it is': type,
    who: note.attributedTo,
    'seen by': note.visibility,
    language: language ?? '',
    'title or name': cut(title ?? ''),
    text: cut(htmlToText(content)),
    warning: cut(warningOf(note) || (note.sensitive ? '(media hidden)' : '')),
    media: attachments.map(describeMedia).join('; '),
    more: list([
      ...describeRelations(note),
      ...labelled(
        'mentions',
        note.mentions.map(({ name, href }) => name || href),
      ),
      tags.map((tag) => `#${tag}`).join(' '),
      describeEmojis(emojis),
      note.published ? `at ${note.published.toISOString().slice(0, 16)}` : 'at an unknown time',
      note.updated && 'edited',
      note.url ? undefined : 'no page',
    ]),
  }
}

function describeRelations(note: NoteDraft): string[] {
  return [
    ...labelled('answers', note.inReplyTo === undefined ? [] : [note.inReplyTo]),
    ...labelled('quotes', note.quoteUri === undefined ? [] : [note.quoteUri]),
    ...labelled('says who', Object.keys(note.interactionPolicy ?? {})),
    ...(note.poll ? [describePoll(note.poll)] : []),
  ]
}

function describeEmojis(emojis: readonly { shortcode: string }[]): string {
  return emojis.map(({ shortcode }) => `:${shortcode}:`).join(' ')
}

function describeMedia(media: ReturnType<typeof describeNote>['attachments'][number]): string {
  const { mediaType, description, previewUrl } = media
  return [mediaType, description === null ? '' : `“${cut(description)}”`, previewUrl ? 'with a poster' : '']
    .filter((part) => part !== '')
    .join(' ')
}

function describePoll({ multiple, options, closed }: NonNullable<NoteDraft['poll']>): string {
  const counts = options.map(({ name, votes }) => `${name} ${votes}`).join(' / ')
  return `${closed ? 'closed ' : ''}poll${multiple ? ' of many' : ''}: ${counts}`
}

function rowOfActor(actor: ActorDraft): Row {
  return {
    'what it is': actor.type,
    who: actor.id,
    'title or name': `${cut(actor.name)} @${actor.preferredUsername}`,
    text: cut(htmlToText(actor.summaryHtml)),
    media: list([actor.iconUrl && 'picture', actor.imageUrl && 'header']),
    more: list([
      actor.manuallyApprovesFollowers && 'asks before it is followed',
      actor.memorial && 'memorial',
      actor.suspended && 'suspended',
      ...labelled('moved to', actor.movedTo === undefined ? [] : [actor.movedTo]),
      ...labelled('also', actor.alsoKnownAs),
      actor.fields.map(({ name, valueHtml }) => `${name}: ${cut(htmlToText(valueHtml))}`).join(', '),
      describeEmojis(actor.emojis),
      [...actor.publicKeys, ...actor.multikeys].length === 0 && 'no key',
      actor.url ? undefined : 'no page',
    ]),
  }
}

function labelled(label: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${label} ${values.join(', ')}`]
}

function list(parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join('; ')
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return [...line].length > MAX_TEXT ? `${[...line].slice(0, MAX_TEXT).join('')}…` : line
}
