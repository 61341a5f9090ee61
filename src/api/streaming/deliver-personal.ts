import type { Context } from '../../context.ts'
import { opens } from '../../domain/auth/scopes.ts'
import { listConversationsEndingIn } from '../../store/conversations.ts'
import { listShownNotifications } from '../../store/notifications.ts'
import type { StreamEvent } from '../../store/stream-events.ts'
import { listOpenReaders } from '../../store/stream-readers.ts'
import { presentConversations } from '../conversations/conversations.ts'
import { presentNotifications } from '../notifications/present.ts'
import { presentAnnouncementForAll } from './announcements.ts'
import type { Listening, Message } from './connection.ts'

/** What concerns one member, or all of them: notifications, conversations, filters and announcements. */
export async function deliverPersonal(
  ctx: Context,
  listening: readonly Listening[],
  events: readonly StreamEvent[],
): Promise<void> {
  await deliverNotifications(ctx, listening, events)
  await deliverConversations(ctx, listening, events)
  for (const event of events) {
    const message = await describe(ctx, event)
    if (message === undefined) continue
    const accountId = 'accountId' in event ? event.accountId : undefined
    for (const one of listening) {
      const isTheirs = accountId === undefined || one.connection.viewer.id === accountId
      if (isTheirs && hears(one, event.event)) one.connection.send(one.subscription, message)
    }
  }
}

async function describe(ctx: Context, event: StreamEvent): Promise<Message | undefined> {
  switch (event.event) {
    case 'filters_changed':
      return { event: event.event }
    case 'notifications_merged':
      return { event: event.event, payload: '1' }
    case 'announcement.reaction':
    case 'announcement.delete':
      return { event: event.event, payload: event.payload }
    case 'announcement': {
      const payload = await presentAnnouncementForAll(ctx, event.id)
      return payload === undefined ? undefined : { event: event.event, payload }
    }
    default:
      return undefined
  }
}

function hears({ connection, subscription: { name } }: Listening, event: StreamEvent['event']): boolean {
  if (event === 'notification' || event === 'notifications_merged')
    return (
      name === 'user:notification' ||
      (name === 'user' && opens(connection.token.scopes, 'read:notifications'))
    )
  return event === 'conversation' ? name === 'direct' : name === 'user'
}

async function deliverNotifications(
  ctx: Context,
  everybody: readonly Listening[],
  events: readonly StreamEvent[],
): Promise<void> {
  const listening = everybody.filter((one) => hears(one, 'notification'))
  const byViewer = Map.groupBy(listening, ({ connection }) => connection.viewer.id)
  const ids = events.flatMap((each) =>
    each.event === 'notification' && byViewer.has(each.accountId) ? each.id : [],
  )
  if (ids.length === 0) return
  const found = Map.groupBy(await listShownNotifications(ctx.db, ids), ({ accountId }) => accountId)
  for (const [accountId, notifications] of found) {
    const theirs = byViewer.get(accountId) ?? []
    const viewer = theirs[0]?.connection.viewer
    if (viewer === undefined) continue
    for (const notification of await presentNotifications(ctx, viewer, notifications)) {
      const message = { event: 'notification', payload: JSON.stringify(notification) }
      for (const { connection, subscription } of theirs) connection.send(subscription, message)
    }
  }
}

async function deliverConversations(
  ctx: Context,
  everybody: readonly Listening[],
  events: readonly StreamEvent[],
): Promise<void> {
  const listening = everybody.filter((one) => hears(one, 'conversation'))
  const byViewer = Map.groupBy(listening, ({ connection }) => connection.viewer.id)
  const told = events.filter(
    (each) => each.event === 'conversation' && byViewer.has(each.accountId),
  ) as Extract<StreamEvent, { event: 'conversation' }>[]
  if (told.length === 0) return
  const accountIds = [...new Set(told.map(({ accountId }) => accountId))]
  const statusIds = [...new Set(told.map(({ statusId }) => statusId))]
  const wanted = await listOpenReaders(ctx.db, accountIds, statusIds)
  const isWanted = new Set(wanted.map(({ readerId, statusId }) => `${readerId} ${statusId}`))
  const found = await listConversationsEndingIn(ctx.db, accountIds, statusIds)
  const shown = found.filter((each) => isWanted.has(`${each.accountId} ${each.lastStatusId}`))
  for (const [accountId, conversations] of Map.groupBy(shown, (each) => each.accountId)) {
    const theirs = byViewer.get(accountId) ?? []
    for (const body of await presentConversations(ctx, theirs[0]!.connection.viewer, conversations)) {
      const message = { event: 'conversation', payload: JSON.stringify(body) }
      for (const { connection, subscription } of theirs) connection.send(subscription, message)
    }
  }
}
