import { z } from 'zod'
import type { Context } from '../../context.ts'
import { subscribeToPush } from '../../domain/push/subscribe.ts'
import { vapidKeys } from '../../domain/push/vapid-keys.ts'
import { asObject } from '../../lib/as-object.ts'
import type { Actor } from '../../store/actors.ts'
import {
  deletePushSubscriptionsOf,
  findPushSubscription,
  pushPolicies,
  updatePushSubscription,
  type PushPolicy,
  type PushSubscription,
} from '../../store/push-subscriptions.ts'
import { bearerOf } from '../auth.ts'
import { recordNotFound } from '../errors.ts'
import { flag, read, text } from '../input.ts'
import type { Call } from '../route.ts'

/** What apps may ask to be told of: all types of notifications that there are. */
const alertTypes = [
  ...(['mention', 'status', 'reblog', 'follow', 'follow_request', 'favourite', 'poll', 'update'] as const),
  ...(['quote', 'quoted_update', 'severed_relationships', 'admin.sign_up', 'admin.report'] as const),
  'pleroma:emoji_reaction',
] as const

/** https://docs.joinmastodon.org/methods/push/#get */
export async function showSubscription(ctx: Context, { token }: Call<Actor>) {
  const found = await findPushSubscription(ctx.db, token!.id)
  if (found === undefined) throw recordNotFound()
  return present(ctx, found)
}

/** https://docs.joinmastodon.org/methods/push/#create */
export async function subscribe(ctx: Context, { viewer, token, request, input }: Call<Actor>) {
  const subscription = asObject(input['subscription'])
  const given = read(subscription, { endpoint: text(4096), standard: flag })
  const keys = read(asObject(subscription['keys']), { p256dh: text(200), auth: text(100) })
  const { alerts = [], policy = 'all' } = readChoice(input)
  const made = await subscribeToPush(ctx, {
    tokenId: token!.id,
    accountId: viewer.id,
    bearer: bearerOf(request, input) ?? '',
    endpoint: given.endpoint ?? '',
    keys: { p256dh: keys.p256dh ?? '', auth: keys.auth ?? '' },
    standard: given.standard ?? false,
    ...{ alerts, policy },
  })
  return present(ctx, made)
}

/** Of what an app is told; what is left out of `alerts` is off. https://docs.joinmastodon.org/methods/push/#update */
export async function changeSubscription(ctx: Context, { token, input }: Call<Actor>) {
  const { alerts, policy } = readChoice(input)
  const changed = await updatePushSubscription(ctx.db, token!.id, {
    ...(alerts !== undefined && { alerts }),
    ...(policy !== undefined && { policy }),
    updatedAt: ctx.now(),
  })
  if (changed === undefined) throw recordNotFound()
  return present(ctx, changed)
}

/** https://docs.joinmastodon.org/methods/push/#delete */
export async function endSubscription({ db }: Context, { token }: Call<Actor>) {
  await deletePushSubscriptionsOf(db, [token!.id])
  return {}
}

/** Apps put the policy beside `data` or into it. */
function readChoice(input: Readonly<Record<string, unknown>>): { alerts?: string[]; policy?: PushPolicy } {
  const data = asObject(input['data'])
  const said = z.enum(pushPolicies, 'is none').optional()
  const { policy } = read({ policy: data['policy'] ?? input['policy'] }, { policy: said })
  const alerts = data['alerts']
  return {
    ...(policy !== undefined && { policy }),
    ...(alerts !== undefined && { alerts: readAlerts(asObject(alerts)) }),
  }
}

function readAlerts(alerts: Readonly<Record<string, unknown>>): string[] {
  return alertTypes.filter((type) => read({ on: alerts[type] }, { on: flag }).on === true)
}

/** https://docs.joinmastodon.org/entities/WebPushSubscription/; the id is a number, whatever is said there. */
function present(ctx: Context, { id, endpoint, standard, alerts, policy }: PushSubscription) {
  return {
    ...{ id, endpoint, standard, policy },
    alerts: Object.fromEntries(alertTypes.map((type) => [type, alerts.includes(type)])),
    server_key: vapidKeys(ctx).publicKey,
  }
}
