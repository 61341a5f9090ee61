import type { Context } from '../../context.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import { listInteractionCounts, type InteractionCounts } from '../../store/interaction-counts.ts'
import { listCards, type Preview } from '../../store/link-previews.ts'
import { listStandings, type StandingWith } from '../../store/standings.ts'
import { listAuthorIds, listQuoteCounts } from '../../store/status-relatives.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { listViewerStates, type ViewerState } from '../../store/viewer-states.ts'
import { presentAccountsById, type AccountJson } from './account.ts'

/** Everything that statuses are presented with, by the ids of statuses or actors. */
export type Surroundings = {
  readonly viewer: Actor | undefined
  readonly now: Date
  readonly accounts: ReadonlyMap<string, AccountJson>
  readonly counts: ReadonlyMap<string, InteractionCounts>
  readonly quoteCounts: ReadonlyMap<string, number>
  readonly cards: ReadonlyMap<string, Preview>
  readonly answered: ReadonlyMap<string, string>
  /** Of what is quoted: that which the viewer may see. */
  readonly visible: ReadonlySet<string>
  readonly states: ReadonlyMap<string, ViewerState>
  readonly standings: ReadonlyMap<string, StandingWith>
}

export type Reader = Pick<Context, 'config' | 'db' | 'now' | 'keyring'>

/** With the same few queries for any number of statuses. @param others who are shown beside the authors */
export async function loadSurroundings(
  ctx: Reader,
  viewer: Actor | undefined,
  views: readonly StatusView[],
  others: readonly Actor[] = [],
): Promise<Surroundings> {
  const all = views.flatMap(withinView)
  const ids = [...new Set(all.map(({ status }) => status.id))]
  const authors = all.map(({ author }) => author)
  const parents = [...new Set(all.flatMap(({ status }) => status.inReplyToId ?? []))]
  const quoted = [...new Set(all.flatMap(({ status }) => status.quoteOfId ?? []))]
  const now = ctx.now()
  const [accounts, counts, quoteCounts, cards, answered, visible, states, standings] = await Promise.all([
    presentAccountsById(ctx, [...authors, ...others]),
    listInteractionCounts(ctx.db, ids),
    listQuoteCounts(ctx.db, ids),
    listCards(ctx.db, ids),
    listAuthorIds(ctx.db, parents),
    listVisibleIds(ctx.db, quoted, viewer?.id, Math.max(quoted.length, 1)),
    viewer && listViewerStates(ctx.db, viewer.id, ids),
    viewer && listStandings(ctx.db, viewer.id, [...new Set(authors.map(({ id }) => id))], now),
  ])
  return {
    ...{ viewer, now, accounts, counts, quoteCounts, cards, answered, visible: new Set(visible) },
    states: states ?? new Map(),
    standings: standings ?? new Map(),
  }
}

/** A status, what it boosts, and what either quotes. */
export function withinView(view: StatusView): StatusView[] {
  const { boostOf, quote } = view
  const quoted = quote?.view ?? null
  return [view, ...(boostOf === null ? [] : withinView(boostOf)), ...(quoted === null ? [] : [quoted])]
}
