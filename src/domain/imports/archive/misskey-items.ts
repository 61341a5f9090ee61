import { z } from 'zod'
import type { Visibility } from '../../../db/schema.ts'
import { normalizeTag, parseText, type Piece } from '../../statuses/parse-text.ts'
import { escapeHtml } from '../../statuses/render-post.ts'
import type { ArchiveItem } from './source.ts'

const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'

/**
 * What `notes-*.json` of Misskey and its relatives hold: an array of these, oldest first. Text is MFM, of which words,
 * links, mentions and hashtags are kept.
 * @see https://github.com/misskey-dev/misskey/blob/develop/packages/backend/src/queue/processors/ExportNotesProcessorService.ts
 */
const misskeyNote = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  text: z.string().nullish(),
  cw: z.string().nullish(),
  createdAt: z.iso.datetime({ offset: true }),
  replyId: z.string().nullish(),
  renoteId: z.string().nullish(),
  visibility: z.string(),
  localOnly: z.boolean().nullish(),
  poll: z
    .object({
      choices: z.array(z.string()),
      votes: z.array(z.number().int().min(0)).default([]),
      multiple: z.boolean().default(false),
      expiresAt: z.string().nullish(),
    })
    .nullish(),
  files: z
    .array(
      z.object({
        url: z.string(),
        type: z.string().default(''),
        comment: z.string().nullish(),
        isSensitive: z.boolean().default(false),
        blurhash: z.string().nullish(),
        properties: z.object({ width: z.number().optional(), height: z.number().optional() }).default({}),
      }),
    )
    .default([]),
})
type MisskeyNote = z.output<typeof misskeyNote>

const visibilities: Readonly<Record<string, Visibility>> = { public: 'public', home: 'unlisted' }

/** @param actorUri whose notes these are: `https://host/users/<id>` */
export function readMisskeyNote(entry: unknown, actorUri: string): ArchiveItem {
  const parsed = misskeyNote.safeParse(entry)
  if (!parsed.success) return { kind: 'other', what: 'something unreadable' }
  const note = parsed.data
  const { origin } = new URL(actorUri)
  const renoted = note.renoteId ? `${origin}/notes/${note.renoteId}` : undefined
  const saysSomething = (note.text ?? '') !== '' || note.files.length > 0 || note.poll != null
  if (renoted !== undefined && !saysSomething)
    return {
      kind: 'boost',
      uri: `${origin}/notes/${note.id}`,
      boosted: renoted,
      published: note.createdAt,
      visibility: note.localOnly === true ? 'private' : (visibilities[note.visibility] ?? 'private'),
    }
  return { kind: 'post', document: toDocument(note, { origin, actorUri, renoted }) }
}

type Place = { readonly origin: string; readonly actorUri: string; readonly renoted: string | undefined }

function toDocument(note: MisskeyNote, { origin, actorUri, renoted }: Place): Record<string, unknown> {
  const { to, cc } = addressees(note, `${actorUri}/followers`)
  return {
    id: `${origin}/notes/${note.id}`,
    type: note.poll == null ? 'Note' : 'Question',
    attributedTo: actorUri,
    ...{ to, cc },
    content: toHtml(note.text ?? ''),
    summary: note.cw ?? null,
    sensitive: (note.cw ?? '') !== '' || note.files.some(({ isSensitive }) => isSensitive),
    published: note.createdAt,
    ...(note.replyId && { inReplyTo: `${origin}/notes/${note.replyId}` }),
    ...(renoted !== undefined && { quoteUrl: renoted }),
    tag: hashtags(note.text ?? ''),
    attachment: note.files.map(({ url, type, comment, blurhash, properties }) => ({
      ...{ type: 'Document', mediaType: type, url, name: comment ?? null, blurhash, ...properties },
    })),
    ...(note.poll != null && toPoll(note.poll)),
  }
}

/** What was for the own server only was for fewer than anybody: nobody but followers sees it here. */
function addressees({ visibility, localOnly }: MisskeyNote, followers: string) {
  if (visibility === 'specified') return { to: [], cc: [] }
  if (visibility === 'followers' || localOnly === true) return { to: [followers], cc: [] }
  if (visibility === 'home') return { to: [followers], cc: [publicCollection] }
  return visibility === 'public' ? { to: [publicCollection], cc: [followers] } : { to: [], cc: [] }
}

function toPoll({ choices, votes, multiple, expiresAt }: NonNullable<MisskeyNote['poll']>) {
  const options = choices.map((name, index) => ({
    type: 'Note',
    name,
    replies: { type: 'Collection', totalItems: votes[index] ?? 0 },
  }))
  return { [multiple ? 'anyOf' : 'oneOf']: options, ...(expiresAt && { endTime: expiresAt }) }
}

function hashtags(text: string) {
  const names = parseText(text).flatMap((piece) =>
    piece.kind === 'hashtag' ? [normalizeTag(piece.tag)] : [],
  )
  return [...new Set(names)].map((name) => ({ type: 'Hashtag', name: `#${name}` }))
}

function toHtml(text: string): string {
  const paragraphs = text.replace(/\r\n?/g, '\n').split(/\n{2,}/)
  return paragraphs
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => `<p>${parseText(paragraph).map(renderPiece).join('')}</p>`)
    .join('')
}

function renderPiece(piece: Piece): string {
  const html = escapeHtml(piece.text).replaceAll('\n', '<br>')
  return piece.kind === 'link' ? `<a href="${escapeHtml(piece.href)}">${html}</a>` : html
}
