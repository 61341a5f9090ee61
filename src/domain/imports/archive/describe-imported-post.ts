import type { TxContext } from '../../../context.ts'
import type { StatusMention } from '../../../db/json.ts'
import type { Visibility } from '../../../db/schema.ts'
import type { Actor } from '../../../store/actors.ts'
import type { NewImportedPost } from '../../../store/imported-posts.ts'
import { localStatusId } from '../../accounts/addresses.ts'
import type { NoteDraft } from '../../drafts.ts'
import { describeNote } from '../../statuses/describe-note.ts'
import type { PostToImport } from './import-posts.ts'

export type Described = NewImportedPost & { readonly createdAt: Date; readonly visibility: Visibility }

const widestFirst = ['public', 'unlisted', 'private', 'direct'] as const

/** @param known posts of the same account, by addresses that they had before */
export function describeImportedPost(
  ctx: TxContext,
  account: Actor,
  post: PostToImport,
  known: ReadonlyMap<string, string>,
): Described {
  const { note } = post
  const createdAt = note.published ?? ctx.now()
  const { updated } = note
  const { title: _, interactionPolicy: __, ...words } = describeNote(note)
  return {
    ...words,
    id: ctx.newId(createdAt),
    actorId: account.id,
    type: note.type === 'Question' && note.poll !== undefined ? 'Question' : 'Note',
    visibility: narrower(note.visibility, post.visibility),
    emojis: JSON.stringify(words.emojis),
    attachments: JSON.stringify(post.attachments),
    mentions: JSON.stringify(nameForeign(ctx, note)),
    ...answering(ctx, note, known),
    ...quoting(note, known),
    url: note.url ?? note.id,
    createdAt,
    editedAt: updated !== undefined && updated > createdAt ? updated : null,
    importedAt: ctx.now(),
  }
}

function narrower(one: Visibility, other: Visibility = one): Visibility {
  return widestFirst[Math.max(widestFirst.indexOf(one), widestFirst.indexOf(other))]!
}

/**
 * Only the author's own threads are joined: what somebody brings along puts nothing under what others said. What else
 * was answered stays named by its address, if that is not one of ours, which rows do not hold.
 */
function answering({ config }: TxContext, { inReplyTo }: NoteDraft, known: ReadonlyMap<string, string>) {
  const own = inReplyTo === undefined ? undefined : known.get(inReplyTo)
  if (own !== undefined || inReplyTo === undefined) return { inReplyToId: own ?? null, inReplyToUri: null }
  const isOurs = localStatusId(config, inReplyTo) !== undefined || inReplyTo.startsWith(`${config.origin}/`)
  return { inReplyToId: null, inReplyToUri: isOurs ? null : inReplyTo }
}

/** Whoever quotes themselves needs nobody's consent; of other quotes the link in the text stays. */
function quoting({ quoteUri }: NoteDraft, known: ReadonlyMap<string, string>) {
  const own = quoteUri === undefined ? undefined : known.get(quoteUri)
  return own === undefined ? {} : { quoteOfId: own, quoteState: 'accepted' as const }
}

/** Everybody is named as they were, by a link; none of them is an addressee here. */
function nameForeign({ config }: TxContext, note: NoteDraft): StatusMention[] {
  return note.mentions
    .filter(({ href }) => !href.startsWith(`${config.origin}/`))
    .map(({ href, name }) => {
      const [username = '', domain] = name.replace(/^@/, '').split('@')
      const host = domain ?? URL.parse(href)?.host ?? null
      return { actorId: null, username, domain: host, uri: href, url: href }
    })
}
