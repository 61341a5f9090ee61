import { announceUri } from '../../domain/accounts/addresses.ts'
import { importedFrom } from '../../domain/statuses/imported-from.ts'
import { viewStatuses, type StatusView } from '../../domain/statuses/view.ts'
import { tagUrl } from '../../domain/statuses/render-post.ts'
import type { PostingApp } from '../../db/json.ts'
import type { Visibility } from '../../db/schema.ts'
import type { Actor } from '../../store/actors.ts'
import { listFilters } from '../../store/filters.ts'
import type { InteractionCounts } from '../../store/interaction-counts.ts'
import type { Status } from '../../store/statuses.ts'
import type { ViewerState } from '../../store/viewer-states.ts'
import { presentAccountsById, type AccountJson } from './account.ts'
import { presentCard, type CardJson } from './card.ts'
import { isoDate, isoDateOrNull } from './date.ts'
import { presentEmojis, type EmojiJson } from './emoji.ts'
import { markFiltered, type FilterResultJson } from './filtered.ts'
import { presentMedia, type MediaJson } from './media.ts'
import { presentMentions, type MentionJson } from './mention.ts'
import { presentPoll, type PollJson } from './poll.ts'
import {
  presentQuote,
  presentQuoteApproval,
  presentShallowQuote,
  type QuoteApprovalJson,
  type QuoteJson,
  type ShallowQuoteJson,
} from './quote.ts'
import { presentReactions, type ReactionJson } from './reaction.ts'
import { loadSurroundings, type Reader, type Surroundings } from './surroundings.ts'

/** https://docs.joinmastodon.org/entities/Status/ */
export type StatusJson = {
  readonly id: string
  readonly uri: string
  readonly url: string
  readonly created_at: string
  readonly edited_at: string | null
  readonly account: AccountJson
  readonly content: string
  readonly spoiler_text: string
  readonly sensitive: boolean
  readonly visibility: Visibility
  readonly language: string | null
  readonly media_attachments: readonly MediaJson[]
  readonly mentions: readonly MentionJson[]
  readonly tags: readonly { readonly name: string; readonly url: string }[]
  readonly emojis: readonly EmojiJson[]
  readonly emoji_reactions: readonly ReactionJson[]
  readonly reblogs_count: number
  readonly favourites_count: number
  readonly replies_count: number
  readonly quotes_count: number
  readonly in_reply_to_id: string | null
  readonly in_reply_to_account_id: string | null
  readonly reblog: StatusJson | null
  readonly poll: PollJson | null
  readonly card: CardJson | null
  readonly quote: QuoteJson | ShallowQuoteJson | null
  readonly quote_approval: QuoteApprovalJson
  /** Of a post of ours: what it was written with. */
  readonly application: PostingApp | null
  /** Of a post that its author brought along: the host where it was. */
  readonly imported_from?: string
  /** These are there for members. */
  readonly favourited?: boolean
  readonly reblogged?: boolean
  readonly muted?: boolean
  readonly bookmarked?: boolean
  readonly pinned?: boolean
  readonly filtered?: readonly FilterResultJson[]
}

/**
 * In the given order, with the same few queries for any number of them. What is boosted must be for the viewer to see;
 * of what is quoted that is asked here.
 */
export async function presentStatuses(
  ctx: Reader,
  viewer: Actor | undefined,
  views: readonly StatusView[],
): Promise<StatusJson[]> {
  return views.length === 0 ? [] : (await presentWithAccounts(ctx, viewer, views, [])).statuses
}

/** Statuses, and by their ids the accounts of all authors and of others: so that each is loaded once. */
export async function presentWithAccounts(
  ctx: Reader,
  viewer: Actor | undefined,
  views: readonly StatusView[],
  others: readonly Actor[],
): Promise<{ statuses: StatusJson[]; accounts: ReadonlyMap<string, AccountJson> }> {
  if (views.length === 0) return { statuses: [], accounts: await presentAccountsById(ctx, others) }
  const [around, filters] = await Promise.all([
    loadSurroundings(ctx, viewer, views, others),
    viewer && listFilters(ctx.db, viewer.id),
  ])
  const presented = views.map((view) => present(ctx, around, view))
  const statuses = viewer && filters ? markFiltered(filters, around.now, viewer, views, presented) : presented
  return { statuses, accounts: around.accounts }
}

async function presentStatus(ctx: Reader, viewer: Actor | undefined, view: StatusView): Promise<StatusJson> {
  const [status] = await presentStatuses(ctx, viewer, [view])
  return status!
}

/** The same from rows: what they refer to is loaded first. */
export async function loadAndPresentStatuses(
  ctx: Reader,
  viewer: Actor | undefined,
  statuses: readonly Status[],
): Promise<StatusJson[]> {
  return presentStatuses(ctx, viewer, await viewStatuses(ctx, statuses))
}

export async function loadAndPresentStatus(
  ctx: Reader,
  viewer: Actor | undefined,
  status: Status,
): Promise<StatusJson> {
  const [view] = await viewStatuses(ctx, [status])
  return presentStatus(ctx, viewer, view!)
}

/** A boost says what it boosts says, and counts what that counts, but is an act of its own: it answers nothing. */
export function present(ctx: Reader, around: Surroundings, view: StatusView, isQuoted = false): StatusJson {
  const { status, author, boostOf } = view
  const reblog = boostOf === null ? null : present(ctx, around, boostOf)
  return {
    ...(reblog ?? describe(ctx, around, view, isQuoted)),
    id: status.id,
    uri: reblog !== null && status.isLocal ? announceUri(view.uri) : view.uri,
    url: view.url,
    created_at: isoDate(status.createdAt),
    account: around.accounts.get(author.id)!,
    visibility: status.visibility,
    reblog,
    ...(reblog !== null && actOfItsOwn),
  }
}

/** Apps that hide answers, or mark what was edited, look at the boost itself. */
const actOfItsOwn = {
  ...{ in_reply_to_id: null, in_reply_to_account_id: null, edited_at: null },
  ...{ media_attachments: [], poll: null, card: null, quote: null, application: null },
}

function describe(
  ctx: Reader,
  around: Surroundings,
  view: StatusView,
  isQuoted: boolean,
): Omit<StatusJson, 'id' | 'uri' | 'url' | 'created_at' | 'account' | 'visibility' | 'reblog'> {
  const { status } = view
  return {
    edited_at: isoDateOrNull(status.editedAt),
    content: view.contentHtml,
    spoiler_text: status.summary,
    sensitive: status.sensitive,
    language: status.language,
    application: status.application,
    media_attachments: presentMedia(ctx, status.attachments),
    mentions: presentMentions(ctx.config, status.mentions),
    tags: status.tags.map((name) => ({ name, url: tagUrl(ctx.config, name) })),
    emojis: presentEmojis(ctx, status.emojis),
    in_reply_to_id: status.inReplyToId,
    in_reply_to_account_id: around.answered.get(status.inReplyToId ?? '') ?? null,
    poll: describePoll(ctx, around, view),
    card: describeCard(ctx, around, status),
    quote: isQuoted
      ? presentShallowQuote(around, status)
      : presentQuote(around, view, (quoted) => present(ctx, around, quoted, true)),
    quote_approval: presentQuoteApproval(ctx.config, around, view),
    ...describeImport(status),
    ...describeDoings(ctx, around, view),
  }
}

function describeImport(status: Status): Pick<StatusJson, 'imported_from'> {
  const host = importedFrom(status)
  return host === undefined ? {} : { imported_from: host }
}

function describePoll(ctx: Reader, around: Surroundings, { poll, status, author }: StatusView) {
  if (poll === null) return null
  const state = around.states.get(status.id)
  const own = state && { isAuthor: author.id === around.viewer?.id, choices: state.votes }
  return presentPoll(ctx, poll, status.emojis, { own, now: around.now })
}

function describeCard(ctx: Reader, { cards }: Surroundings, { id }: Status): CardJson | null {
  const preview = cards.get(id)
  return preview === undefined ? null : presentCard(ctx, preview)
}

const noCounts: InteractionCounts = { likes: 0, boosts: 0, replies: 0, reactions: [] }

/** What others did with it, and what the viewer did. */
function describeDoings(ctx: Reader, around: Surroundings, { status, author }: StatusView) {
  const counts = around.counts.get(status.id) ?? noCounts
  const state = around.states.get(status.id)
  return {
    reblogs_count: counts.boosts,
    favourites_count: counts.likes,
    replies_count: counts.replies,
    quotes_count: around.quoteCounts.get(status.id) ?? 0,
    emoji_reactions: presentReactions(ctx, counts.reactions, state?.reactions ?? []),
    ...(state && describeState(state, author.id === around.viewer?.id)),
  }
}

function describeState({ liked, boosted, muted, bookmarked, pinned }: ViewerState, isOwn: boolean) {
  return { favourited: liked, reblogged: boosted, muted, bookmarked, ...(isOwn && { pinned }) }
}
