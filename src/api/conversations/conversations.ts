import type { Context } from '../../context.ts'
import { viewStatuses } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import { listActors } from '../../store/actors.ts'
import {
  deleteConversation,
  listConversations,
  markConversationRead,
  type Conversation,
} from '../../store/conversations.ts'
import { inGivenOrder } from '../../store/timelines.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { presentWithAccounts } from '../entities/status.ts'
import { recordNotFound } from '../errors.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'

const size = { usual: 20, max: 40 }

/** https://docs.joinmastodon.org/methods/conversations/#get */
export async function showConversations(ctx: Context, call: Call<Actor>) {
  const found = await listConversations(ctx.db, call.viewer.id, readRange(call.input, size))
  const body = await presentConversations(ctx, call.viewer, found)
  return page(
    ctx.config,
    call,
    body,
    found.map(({ lastStatusId }) => lastStatusId),
  )
}

/** https://docs.joinmastodon.org/methods/conversations/#read */
export async function readConversation(ctx: Context, { params, viewer }: Call<Actor>) {
  const conversation = await markConversationRead(ctx.db, viewer.id, params['id'] ?? '')
  if (conversation === undefined) throw recordNotFound()
  const [presented] = await presentConversations(ctx, viewer, [conversation])
  return presented
}

/** https://docs.joinmastodon.org/methods/conversations/#delete */
export async function removeConversation(ctx: Context, { params, viewer }: Call<Actor>) {
  if (!(await deleteConversation(ctx.db, viewer.id, params['id'] ?? ''))) throw recordNotFound()
  return {}
}

/** Whoever talks to nobody else talks to themselves. */
export async function presentConversations(
  ctx: Context,
  viewer: Actor,
  conversations: readonly Conversation[],
) {
  const wanted = conversations.map(({ lastStatusId }) => lastStatusId)
  const visible = await listVisibleIds(ctx.db, wanted, viewer.id, Math.max(wanted.length, 1))
  const people = (conversation: Conversation) =>
    conversation.participants.length > 0 ? conversation.participants : [viewer.id]
  const [views, actors] = await Promise.all([
    viewStatuses(ctx, await inGivenOrder(ctx.db, visible)),
    listActors(ctx.db, [...new Set(conversations.flatMap(people))]),
  ])
  const { statuses: last, accounts } = await presentWithAccounts(ctx, viewer, views, actors)
  const statuses = new Map(last.map((status) => [status.id, status]))
  return conversations.map((conversation) => ({
    id: conversation.id,
    unread: conversation.unread,
    accounts: people(conversation).flatMap((id) => accounts.get(id) ?? []),
    last_status: statuses.get(conversation.lastStatusId) ?? null,
  }))
}
