import { z } from 'zod'
import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { findNotificationPolicy, saveNotificationPolicy } from '../../store/notification-policies.ts'
import { countSetAside } from '../../store/notification-requests.ts'
import { flag, read } from '../input.ts'
import type { Call } from '../route.ts'

const choice = z.enum(['accept', 'filter', 'drop']).optional()

/** https://docs.joinmastodon.org/methods/notifications/#get-policy */
export async function showPolicy({ db }: Context, { viewer }: Call<Actor>) {
  const [policy, summary] = await Promise.all([
    findNotificationPolicy(db, viewer.id),
    summarize(db, viewer.id),
  ])
  return {
    for_not_following: policy.forNotFollowing,
    for_not_followers: policy.forNotFollowers,
    for_new_accounts: policy.forNewAccounts,
    for_private_mentions: policy.forPrivateMentions,
    for_limited_accounts: policy.forLimitedAccounts,
    summary,
  }
}

/** https://docs.joinmastodon.org/methods/notifications/#update-the-filtering-policy-for-notifications */
export async function changePolicy(ctx: Context, call: Call<Actor>) {
  const given = read(call.input, {
    for_not_following: choice,
    for_not_followers: choice,
    for_new_accounts: choice,
    for_private_mentions: choice,
    for_limited_accounts: choice,
  })
  await save(ctx, call.viewer, {
    forNotFollowing: given.for_not_following,
    forNotFollowers: given.for_not_followers,
    forNewAccounts: given.for_new_accounts,
    forPrivateMentions: given.for_private_mentions,
    forLimitedAccounts: given.for_limited_accounts,
  })
  return showPolicy(ctx, call)
}

/** The same as apps of Mastodon 4.3's first days know it. */
export async function showFlatPolicy({ db }: Context, { viewer }: Call<Actor>) {
  const [policy, summary] = await Promise.all([
    findNotificationPolicy(db, viewer.id),
    summarize(db, viewer.id),
  ])
  return {
    filter_not_following: policy.forNotFollowing !== 'accept',
    filter_not_followers: policy.forNotFollowers !== 'accept',
    filter_new_accounts: policy.forNewAccounts !== 'accept',
    filter_private_mentions: policy.forPrivateMentions !== 'accept',
    summary,
  }
}

export async function changeFlatPolicy(ctx: Context, call: Call<Actor>) {
  const given = read(call.input, {
    filter_not_following: flag,
    filter_not_followers: flag,
    filter_new_accounts: flag,
    filter_private_mentions: flag,
  })
  await save(ctx, call.viewer, {
    forNotFollowing: toChoice(given.filter_not_following),
    forNotFollowers: toChoice(given.filter_not_followers),
    forNewAccounts: toChoice(given.filter_new_accounts),
    forPrivateMentions: toChoice(given.filter_private_mentions),
  })
  return showFlatPolicy(ctx, call)
}

function toChoice(isFiltered: boolean | undefined): string | undefined {
  return isFiltered === undefined ? undefined : isFiltered ? 'filter' : 'accept'
}

async function save(
  { db }: Context,
  viewer: Actor,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const said = Object.entries(changes).filter((change) => change[1] !== undefined)
  await saveNotificationPolicy(db, viewer.id, Object.fromEntries(said))
}

async function summarize(db: Context['db'], accountId: string) {
  const { requests, notifications } = await countSetAside(db, accountId)
  return { pending_requests_count: requests, pending_notifications_count: notifications }
}
