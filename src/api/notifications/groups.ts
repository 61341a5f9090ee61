import type { Context } from '../../context.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { countUnreadGroups, findNotificationGroup } from '../../store/notification-groups.ts'
import { deleteNotificationGroup, listNotificationGroup } from '../../store/notifications.ts'
import { presentAccountsById } from '../entities/account.ts'
import { recordNotFound } from '../errors.ts'
import { limit, read } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { presentGroups, readGroupFilter } from './show-groups.ts'

/** All that is in a group. https://docs.joinmastodon.org/methods/grouped_notifications/#get-notification-group */
export async function showGroup(ctx: Context, call: Call<Actor>) {
  const found = await getGroup(ctx, call)
  const body = await presentGroups(ctx, call.viewer, [found], {
    expand_accounts: call.input['expand_accounts'],
  })
  if (body.notification_groups.length === 0) throw recordNotFound()
  return body
}

/** https://docs.joinmastodon.org/methods/grouped_notifications/#get-group-accounts */
export async function showGroupAccounts(ctx: Context, call: Call<Actor>) {
  const range = readRange(call.input, { usual: 40, max: 80 })
  const found = await listNotificationGroup(ctx.db, call.viewer.id, call.params['group_key'] ?? '', range)
  if (found.length === 0) await getGroup(ctx, call)
  const senders = found.map(({ fromId }) => fromId)
  const accounts = await presentAccountsById(ctx, await listActors(ctx.db, senders))
  const body = [...new Set(senders)].flatMap((id) => accounts.get(id) ?? [])
  const cursors = found.map(({ id }) => id)
  return page(ctx.config, call, body, cursors)
}

/** Nothing happens when it is gone already. https://docs.joinmastodon.org/methods/grouped_notifications/#dismiss-group */
export async function dismissGroup({ db }: Context, { viewer, params }: Call<Actor>) {
  await deleteNotificationGroup(db, viewer.id, params['group_key'] ?? '')
  return {}
}

/** Groups, not notifications. https://docs.joinmastodon.org/methods/grouped_notifications/#unread-group-count */
export async function countGroups({ db }: Context, { viewer, input }: Call<Actor>) {
  const most = read(input, { limit: limit(100, 1000) }).limit
  return { count: await countUnreadGroups(db, viewer.id, readGroupFilter(input), most) }
}

async function getGroup({ db }: Context, { viewer, params }: Call<Actor>) {
  const found = await findNotificationGroup(db, viewer.id, params['group_key'] ?? '')
  if (found === undefined) throw recordNotFound()
  return found
}
