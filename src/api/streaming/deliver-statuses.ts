import type { Context } from '../../context.ts'
import { isBoost } from '../../domain/policy/visibility.ts'
import { viewStatuses } from '../../domain/statuses/view.ts'
import { opens } from '../../domain/auth/scopes.ts'
import type { Actor } from '../../store/actors.ts'
import { listStatuses, type Status } from '../../store/statuses.ts'
import { findShown, type Audience } from '../../store/stream-audience.ts'
import type { StreamEvent } from '../../store/stream-events.ts'
import { listHomeReaders, listListReaders, type Reading } from '../../store/stream-readers.ts'
import { listAuthorIds } from '../../store/status-relatives.ts'
import { presentStatusesForMany } from '../entities/statuses-for-many.ts'
import type { StatusJson } from '../entities/status.ts'
import type { Listening } from './connection.ts'
import { keysOfOpen, matchesOpen } from './open-streams.ts'

type Arrived = Extract<StreamEvent, { event: 'update' | 'status.update' }>
type Delivery = Listening & { readonly status: Status; readonly event: Arrived['event'] }

/** Statuses, each for one reader, that are presented together: a moment's work, and no more memory than that takes. */
const atOnce = 1000

/**
 * Statuses that are here, or say something else, for everybody who listens to where they are shown. A fixed number of
 * queries, and a few more for every thousand readers; nothing is remembered of what they want to see.
 */
export async function deliverStatuses(
  ctx: Context,
  everybody: readonly Listening[],
  events: readonly StreamEvent[],
): Promise<void> {
  const arrived = events.filter(isArrival)
  const listening = everybody.filter(wantsStatuses)
  if (arrived.length === 0 || listening.length === 0) return
  const found = await listStatuses(ctx.db, [...new Set(arrived.map(({ statusId }) => statusId))])
  const statuses = new Map(found.filter(({ deletedAt }) => deletedAt === null).map((row) => [row.id, row]))
  const listenersTo = await findListeners(ctx, listening, [...statuses.values()])
  const deliveries = arrived.flatMap(({ event, statusId }): Delivery[] => {
    const status = statuses.get(statusId)
    return status === undefined ? [] : listenersTo(status).map((one) => ({ ...one, status, event }))
  })
  await send(ctx, deliveries)
}

function isArrival(event: StreamEvent): event is Arrived {
  return event.event === 'update' || event.event === 'status.update'
}

function wantsStatuses({ connection, subscription: { name } }: Listening): boolean {
  if (name === 'user') return opens(connection.token.scopes, 'read:statuses')
  return name !== 'user:notification' && name !== 'direct'
}

type ListenersTo = (status: Status) => readonly Listening[]

/** What listens is looked up by what was said, so that the rest costs nothing. */
async function findListeners(
  { db }: Context,
  listening: readonly Listening[],
  statuses: readonly Status[],
): Promise<ListenersTo> {
  const ids = statuses.map(({ id }) => id)
  const byKey = Map.groupBy(listening, ({ key }) => key)
  const [homes, lists] = ['user', 'list'].map((name) =>
    listening.filter((one) => one.subscription.name === name),
  )
  const byViewer = Map.groupBy(homes!, ({ connection }) => connection.viewer.id)
  const byList = Map.groupBy(lists!, ({ subscription }) => subscription.listId ?? '')
  const [toOpen, homeReaders, listReaders] = await Promise.all([
    findOpenListeners(db, byKey, statuses),
    listHomeReaders(db, [...byViewer.keys()], ids),
    listListReaders(db, [...byList.keys()], ids),
  ])
  const onHome = Map.groupBy(homeReaders, ({ statusId }) => statusId)
  const onList = Map.groupBy(listReaders, ({ statusId }) => statusId)
  const among = (readers: readonly Reading[] | undefined, by: ReadonlyMap<string, readonly Listening[]>) =>
    readers?.flatMap(({ readerId }) => by.get(readerId) ?? []) ?? []
  return (status) => [
    ...among(onHome.get(status.id), byViewer),
    ...among(onList.get(status.id), byList),
    ...toOpen(status),
  ]
}

/** Those who listen to streams of what is public. */
async function findOpenListeners(
  db: Context['db'],
  byKey: ReadonlyMap<string, readonly Listening[]>,
  statuses: readonly Status[],
): Promise<ListenersTo> {
  const open = statuses.filter((status) => status.visibility === 'public' && !isBoost(status))
  const authors = await listAuthorIds(db, [...new Set(open.flatMap(({ inReplyToId }) => inReplyToId ?? []))])
  const matching = new Map(
    open.map((status) => {
      const groups = keysOfOpen(status).flatMap((key) => byKey.get(key)?.slice(0, 1) ?? [])
      const matched = groups.filter(({ subscription }) => matchesOpen(subscription, status, authors))
      return [status.id, matched.flatMap(({ key }) => byKey.get(key) ?? [])]
    }),
  )
  const viewerIds = new Set(
    [...matching.values()].flatMap((all) => all.map((one) => one.connection.viewer.id)),
  )
  const wanted = [...matching].flatMap(([id, all]) => (all.length > 0 ? id : []))
  const shown: Audience = await findShown(db, [...viewerIds], wanted)
  return ({ id }) => matching.get(id)?.filter((one) => shown.has(one.connection.viewer.id, id)) ?? []
}

async function send(ctx: Context, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return
  const statuses = new Map(deliveries.map(({ status }) => [status.id, status]))
  const views = await viewStatuses(ctx, [...statuses.values()])
  const forReaders = await presentStatusesForMany(ctx, views)
  const payloads = new WeakMap<StatusJson, string>()
  const stringify = (status: StatusJson): string => {
    const payload = payloads.get(status) ?? JSON.stringify(status)
    payloads.set(status, payload)
    return payload
  }
  for (const { some, viewers, readings } of portionsOf(deliveries)) {
    const presented = await forReaders(viewers, [...readings.values()])
    for (const { connection, subscription, status, event } of some) {
      const shown = presented(connection.viewer.id, status.id)
      if (shown !== undefined) connection.send(subscription, { event, payload: stringify(shown) })
    }
  }
}

type Portion = {
  readonly some: Delivery[]
  readonly viewers: Map<string, Actor>
  readonly readings: Map<string, Reading>
}

/** In order. */
function* portionsOf(deliveries: readonly Delivery[]): Generator<Portion> {
  const begin = (): Portion => ({ some: [], viewers: new Map(), readings: new Map() })
  let portion = begin()
  for (const delivery of deliveries) {
    const { connection, status } = delivery
    const { viewer } = connection
    portion.some.push(delivery)
    portion.viewers.set(viewer.id, viewer)
    portion.readings.set(`${viewer.id} ${status.id}`, { readerId: viewer.id, statusId: status.id })
    if (portion.readings.size < atOnce) continue
    yield portion
    portion = begin()
  }
  if (portion.some.length > 0) yield portion
}
