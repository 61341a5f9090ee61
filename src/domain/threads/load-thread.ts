import type { Context } from '../../context.ts'
import { listAncestorIds, listDescendantIds, listWantedIds } from '../../store/threads.ts'
import { listStatuses, type Status } from '../../store/statuses.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'
import { viewStatuses, type StatusView } from '../statuses/view.ts'
import { shownOfThread } from './limits.ts'

/** A status among those around it, as somebody sees them. */
export type Thread = {
  /** What it answers, from the beginning of the thread on: at most as much as `shownOfThread` says. */
  readonly ancestors: readonly StatusView[]
  readonly status: StatusView
  /** What answers it: each before its own answers, those of one status from the oldest on. As much. */
  readonly descendants: readonly StatusView[]
}

/** How many are looked at, to find those that the viewer may see. */
const lookedAtForOne = 2

type Bounds = { readonly ancestors: number; readonly descendants: number; readonly depth?: number }

/**
 * @param viewerId an actor, ours or remote; undefined for anybody
 * @param quotes `open` for a presenter that asks itself whether the viewer may see what is quoted, and says why not
 * @throws DomainError `not_found` when the viewer may not see the status
 */
export async function loadThread(
  ctx: Pick<Context, 'config' | 'db' | 'now'>,
  statusId: string,
  viewerId: string | undefined,
  quotes: 'for-viewer' | 'open' = 'for-viewer',
): Promise<Thread> {
  const status = await getVisibleStatus(ctx, statusId, viewerId)
  const bounds: Bounds = viewerId === undefined ? shownOfThread.toAnybody : shownOfThread.toMembers
  const lookedAt = bounds.descendants * lookedAtForOne
  const [above, below] = await Promise.all([
    listAncestorIds(ctx.db, statusId, bounds.ancestors),
    listDescendantIds(ctx.db, statusId, lookedAt, bounds.depth),
  ])
  const [seenAbove, seenBelow] = await Promise.all([
    listWantedIds(ctx.db, above, viewerId, bounds.ancestors),
    listWantedIds(ctx.db, below, viewerId, bounds.descendants),
  ])
  const around = await listStatuses(ctx.db, [...seenAbove, ...seenBelow])
  const byId = new Map(around.map((each) => [each.id, each]))
  const ancestors = above.toReversed().flatMap((id) => byId.get(id) ?? [])
  const descendants = inThreadOrder(
    statusId,
    seenBelow.flatMap((id) => byId.get(id) ?? []),
  )
  const reader = quotes === 'open' ? undefined : viewerId
  const views = await viewStatuses(ctx, [...ancestors, status, ...descendants], reader)
  const at = views.findIndex((view) => view.status.id === statusId)
  return { ancestors: views.slice(0, at), status: views[at]!, descendants: views.slice(at + 1) }
}

/** What answers something that the viewer may not see stands where that would stand. */
function inThreadOrder(rootId: string, statuses: readonly Status[]): Status[] {
  const present = new Set(statuses.map(({ id }) => id))
  const answers = Map.groupBy(statuses, ({ inReplyToId }) =>
    inReplyToId !== null && present.has(inReplyToId) ? inReplyToId : rootId,
  )
  const ordered: Status[] = []
  const waiting = (answers.get(rootId) ?? []).toReversed()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ordered.push(next)
    waiting.push(...(answers.get(next.id) ?? []).toReversed())
  }
  return ordered
}
