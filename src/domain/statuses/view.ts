import type { Context } from '../../context.ts'
import type { StatusMention } from '../../db/json.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { listPolls, type Poll } from '../../store/polls.ts'
import type { QuoteState } from '../../store/quotes.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { listOpenReplies, listStatuses, type Status } from '../../store/statuses.ts'
import { actorUri, actorUrl, statusUri, statusUrl, type Home } from '../accounts/addresses.ts'
import { asItStands } from '../polls/poll-state.ts'
import { isQuoteShown, withoutQuoteFallback, withQuoteFallback } from '../quotes/quote-fallback.ts'
import { mayShowInside } from '../policy/visibility.ts'
import { renderPost } from './render-post.ts'

/** A status with everything that a reader of it needs; Mastodon JSON, ActivityStreams and pages present it. */
export type StatusView = {
  readonly status: Status
  readonly author: Actor
  readonly uri: string
  readonly url: string
  /** Sanitised, or made by us. */
  readonly contentHtml: string
  readonly mentions: readonly MentionView[]
  /** What it boosts, if it is a boost and that is still there. */
  readonly boostOf: StatusView | null
  readonly quote: QuoteView | null
  readonly poll: Poll | null
}

/**
 * What a status quotes. `view` is there when we have it and it is for everybody who may read the status; whether its
 * author agrees to be quoted is for `state`.
 */
export type QuoteView = {
  readonly state: QuoteState
  readonly uri: string
  readonly view: StatusView | null
  /** We have it, and it is for fewer than may read the status, or not for the reader: it is not even named. */
  readonly isWithheld: boolean
}

export type MentionView = {
  readonly uri: string
  readonly url: string
  readonly handle: string
  readonly actorId: string | null
}

type Reader = Pick<Context, 'config' | 'db' | 'now'>

/**
 * Loads what any number of statuses need with the same few queries; keeps their order.
 * @param viewerId who reads them: a quote shows them nothing that they may not see, and nothing by whom they block.
 * Without it a quote shows what is for all readers of the status, and whoever presents it to somebody asks that.
 */
export async function viewStatuses(
  ctx: Reader,
  statuses: readonly Status[],
  viewerId?: string,
): Promise<StatusView[]> {
  const around = await loadAround(ctx, statuses, viewerId)
  return statuses.flatMap((status) => viewStatus(ctx, around, status) ?? [])
}

/** Everything that statuses refer to, by its id. */
type Around = {
  readonly statuses: ReadonlyMap<string, Status>
  readonly actors: ReadonlyMap<string, Actor>
  readonly polls: ReadonlyMap<string, Poll>
  /** Of what is quoted: that which the reader may see, where there is one in particular. */
  readonly seen: ReadonlySet<string> | undefined
}

/** What is boosted comes with what it quotes; what is quoted comes without. */
async function loadAround(
  ctx: Reader,
  statuses: readonly Status[],
  viewerId: string | undefined,
): Promise<Around> {
  const boosted = await listStatuses(
    ctx.db,
    idsOf(statuses, (status) => status.boostOfId),
  )
  const shown = [...statuses, ...boosted]
  const quoted = idsOf(shown, (status) => status.quoteOfId)
  const referred = await listStatuses(ctx.db, quoted)
  const all = [...shown, ...referred]
  const [actors, polls, seen] = await Promise.all([
    listActors(
      ctx.db,
      idsOf(all, (status) => status.actorId),
    ),
    listPolls(
      ctx.db,
      idsOf(all, (status) => (status.type === 'Question' ? status.id : null)),
    ),
    viewerId === undefined ? undefined : listVisibleIds(ctx.db, quoted, viewerId, quoted.length),
  ])
  return {
    statuses: new Map(all.map((row) => [row.id, row])),
    actors: new Map(actors.map((actor) => [actor.id, actor])),
    polls: new Map(polls.map((poll) => [poll.statusId, poll])),
    seen: seen && new Set(seen),
  }
}

function idsOf(statuses: readonly Status[], pick: (status: Status) => string | null): string[] {
  return [...new Set(statuses.flatMap((status) => pick(status) ?? []))]
}

/**
 * What answers a status and anybody may read, as far as we know: the first hundred, oldest first, and nothing by those
 * whom its author blocks.
 */
export async function viewReplies(
  ctx: Reader,
  status: Pick<Status, 'id' | 'actorId'>,
): Promise<StatusView[]> {
  return viewStatuses(ctx, await listOpenReplies(ctx.db, status, 100))
}

function viewStatus(ctx: Reader, around: Around, status: Status, depth = 0): StatusView | undefined {
  const home = ctx.config
  const author = around.actors.get(status.actorId)
  if (author === undefined) return undefined
  const quote = viewQuote(ctx, around, status, depth)
  return {
    status,
    author,
    uri: statusUri(home, status, author),
    url: statusUrl(home, status, author),
    contentHtml: renderContent(home, status, quote),
    mentions: status.mentions.map((mention) => viewMention(ctx, mention)),
    boostOf: depth === 0 ? viewReferred(ctx, around, status.boostOfId, depth) : null,
    quote,
    poll: viewPoll(ctx, around, status),
  }
}

/** Where what it quotes is shown, nothing more is said of that; where it is not, a link is. */
function renderContent(home: Home, status: Status, quote: QuoteView | null): string {
  if (status.isLocal && status.content === null) return withQuoteFallback(renderPost(home, status), quote)
  const content = status.content ?? ''
  return quote !== null && isQuoteShown(quote) ? withoutQuoteFallback(content) : content
}

/** A boost shows a status with what that quotes; a quoted status shows no further quotes. */
const deepest = 2

function viewReferred(ctx: Reader, around: Around, id: string | null, depth: number): StatusView | null {
  const status = around.statuses.get(id ?? '')
  if (status === undefined || status.deletedAt !== null) return null
  if (around.actors.get(status.actorId)?.hidden === true) return null
  return viewStatus(ctx, around, status, depth + 1) ?? null
}

function viewQuote(ctx: Reader, around: Around, status: Status, depth: number): QuoteView | null {
  const uri = status.quoteUri ?? uriOf(ctx, around, status.quoteOfId)
  if (uri === null) return null
  const found = depth < deepest ? viewReferred(ctx, around, status.quoteOfId, deepest - 1) : null
  const isWithheld = found !== null && !mayShow(around, status, found.status)
  const state = (status.quoteState ?? 'pending') as QuoteState
  return { state, uri, view: isWithheld ? null : found, isWithheld }
}

function mayShow({ seen }: Around, quoting: Status, quoted: Status): boolean {
  return mayShowInside(quoting, quoted) && (seen === undefined || seen.has(quoted.id))
}

function viewPoll(ctx: Reader, around: Around, status: Status): Poll | null {
  const poll = around.polls.get(status.id)
  if (poll === undefined) return null
  return status.isLocal ? asItStands(poll, ctx.now()) : poll
}

function uriOf(ctx: Reader, around: Around, statusId: string | null): string | null {
  const status = around.statuses.get(statusId ?? '')
  const author = around.actors.get(status?.actorId ?? '')
  return status && author ? statusUri(ctx.config, status, author) : null
}

function viewMention({ config }: Reader, mention: StatusMention): MentionView {
  const addressed = { ...mention, type: 'Person' }
  return {
    uri: actorUri(config, addressed),
    url: actorUrl(config, addressed),
    handle: `${mention.username}@${mention.domain ?? config.handleDomain}`,
    actorId: mention.actorId,
  }
}
