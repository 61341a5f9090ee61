import type { Context } from '../../context.ts'
import type { Attachment, StatusMention } from '../../db/json.ts'
import { listAccounts } from '../../store/actors.ts'
import { localUsername } from '../accounts/addresses.ts'
import type { NoteDraft } from '../drafts.ts'
import { composeContent, warningOf } from './compose-content.ts'
import { toMention } from './name-mentions.ts'

/** The columns that a version of a note fills, the first as well as each later one. */
export function describeNote(note: NoteDraft) {
  return {
    type: note.type,
    title: note.name ?? null,
    summary: warningOf(note),
    sensitive: note.sensitive,
    language: note.language ?? null,
    content: composeContent(note),
    tags: note.hashtags,
    emojis: note.emojis.map(({ shortcode, url }) => ({ shortcode, url })),
    attachments: describeAttachments(note),
    interactionPolicy: note.interactionPolicy ?? null,
  }
}
export type NoteDescription = ReturnType<typeof describeNote>

/** As the database takes them. */
export function toColumns({ emojis, attachments, interactionPolicy, ...rest }: NoteDescription) {
  return {
    ...rest,
    emojis: JSON.stringify(emojis),
    attachments: JSON.stringify(attachments),
    interactionPolicy: interactionPolicy && JSON.stringify(interactionPolicy),
  }
}

/** A poster stands for the video or recording that it came with, and for itself where there is none. */
function describeAttachments({ attachments, poster }: NoteDraft): Attachment[] {
  const described = attachments.map(describeAttachment)
  if (poster === undefined || described.some(({ url }) => url === poster.url)) return described
  const played = attachments.findIndex(({ type }) => type === 'video' || type === 'audio')
  if (played < 0) return [...described, describeAttachment({ type: 'image', ...poster })]
  return described.map((each, index) => (index === played ? { ...each, previewUrl: poster.url } : each))
}

function describeAttachment(attachment: NoteDraft['attachments'][number]): Attachment {
  return {
    url: attachment.url,
    mediaType: attachment.mediaType ?? `${attachment.type}/*`,
    description: attachment.description ?? null,
    width: attachment.width ?? null,
    height: attachment.height ?? null,
    blurhash: attachment.blurhash ?? null,
    focalPoint: attachment.focalPoint ?? null,
  }
}

/** Ours among those named or addressed, however many, with one query; everybody else is kept as the link that they were named by. */
export async function nameActors(
  ctx: Pick<Context, 'config' | 'db'>,
  note: NoteDraft,
): Promise<StatusMention[]> {
  const { origin } = ctx.config
  const hrefs = [...note.mentions.map((mention) => mention.href), ...note.to, ...note.cc]
  const names = new Set(hrefs.flatMap((href) => localUsername(ctx.config, href)?.toLowerCase() ?? []))
  const accounts = await listAccounts(ctx.db, [...names])
  const byName = new Map(accounts.map((account) => [account.username.toLowerCase(), account]))
  const local = [...names].flatMap((name) => byName.get(name) ?? []).map(toMention)
  const foreign = note.mentions
    .filter((mention) => !mention.href.startsWith(`${origin}/`))
    .map(toForeignMention)
  return [...local, ...foreign]
}

function toForeignMention(mention: NoteDraft['mentions'][number]): StatusMention {
  const [username = '', domain] = mention.name.replace(/^@/, '').split('@')
  const host = domain ?? URL.parse(mention.href)?.host ?? null
  return { actorId: null, username, domain: host, uri: mention.href, url: mention.href }
}
