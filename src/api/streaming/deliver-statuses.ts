import type { Context } from '../../context.ts'
import { isBoost } from '../../domain/policy/visibility.ts'
import { viewStatuses } from '../../domain/statuses/view.ts'
import { opens } from '../../domain/auth/scopes.ts'
import { listStatuses, type Status } from '../../store/statuses.ts'
import type { StreamEvent } from '../../store/stream-events.ts'
import {
  listHomeReaders,
  listListReaders,
  listOpenReaders,
  type Reading,
} from '../../store/stream-readers.ts'
import { listAuthorIds } from '../../store/status-relatives.ts'
import { presentStatusesForMany } from '../entities/statuses-for-many.ts'
import type { Listening } from './connection.ts'
import { matchesOpen } from './open-streams.ts'

type Arrived = Extract<StreamEvent, { event: 'update' | 'status.update' }>
type Delivery = Listening & { readonly status: Status; readonly event: Arrived['event'] }

/**
 * Statuses that are here, or say something else, for everybody who listens to where they are shown. A fixed number of
 * queries for any number of listeners; nothing is remembered of what they want to see.
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
  const isShown = await findShown(ctx, listening, [...statuses.values()])
  const deliveries = arrived.flatMap(({ event, statusId }): Delivery[] => {
    const status = statuses.get(statusId)
    if (status === undefined) return []
    return listening.flatMap((one) => (isShown(one, status) ? { ...one, status, event } : []))
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

type IsShown = (one: Listening, status: Status) => boolean

async function findShown(
  { db }: Context,
  listening: readonly Listening[],
  statuses: readonly Status[],
): Promise<IsShown> {
  const ids = statuses.map(({ id }) => id)
  const answered = statuses.flatMap(({ inReplyToId }) => inReplyToId ?? [])
  const parentAuthors = await listAuthorIds(db, [...new Set(answered)])
  const matches = ({ subscription }: Listening, status: Status) =>
    !isBoost(status) && matchesOpen(subscription, status, parentAuthors)
  const open = statuses.filter(
    (status) => status.visibility === 'public' && listening.some((one) => matches(one, status)),
  )
  const openIds = open.map(({ id }) => id)
  const [homes, lists, others] = await Promise.all([
    listHomeReaders(db, viewersOf(listening, 'user'), ids),
    listListReaders(
      db,
      listening.flatMap(({ subscription }) => subscription.listId ?? []),
      ids,
    ),
    listOpenReaders(db, viewersOf(listening, 'public', 'hashtag'), openIds),
  ])
  const [onHome, onList, inOpen] = [homes, lists, others].map(toSet)
  return (one, status) => {
    const { connection, subscription } = one
    if (subscription.name === 'user') return onHome!.has(`${connection.viewer.id} ${status.id}`)
    if (subscription.name === 'list') return onList!.has(`${subscription.listId} ${status.id}`)
    return inOpen!.has(`${connection.viewer.id} ${status.id}`) && matches(one, status)
  }
}

function viewersOf(listening: readonly Listening[], ...kinds: string[]): string[] {
  const those = listening.filter(({ subscription }) => kinds.includes(subscription.name.split(':', 1)[0]!))
  return [...new Set(those.map(({ connection }) => connection.viewer.id))]
}

function toSet(readings: readonly Reading[]): ReadonlySet<string> {
  return new Set(readings.map(({ readerId, statusId }) => `${readerId} ${statusId}`))
}

async function send(ctx: Context, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return
  const statuses = new Map(deliveries.map(({ status }) => [status.id, status]))
  const viewers = new Map(deliveries.map(({ connection }) => [connection.viewer.id, connection.viewer]))
  const readings = new Map(
    deliveries.map(({ connection: { viewer }, status }) => [
      `${viewer.id} ${status.id}`,
      { readerId: viewer.id, statusId: status.id },
    ]),
  )
  const views = await viewStatuses(ctx, [...statuses.values()])
  const presented = await presentStatusesForMany(ctx, viewers, views, [...readings.values()])
  const payloads = new Map<string, string | undefined>()
  for (const { connection, subscription, status, event } of deliveries) {
    const key = `${connection.viewer.id} ${status.id}`
    if (!payloads.has(key)) payloads.set(key, stringify(presented(connection.viewer.id, status.id)))
    const payload = payloads.get(key)
    if (payload !== undefined) connection.send(subscription, { event, payload })
  }
}

function stringify(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
