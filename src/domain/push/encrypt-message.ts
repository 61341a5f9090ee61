import type { Context } from '../../context.ts'
import type { PushSubscription } from '../../store/push-subscriptions.ts'
import { readSettings } from '../instance/settings.ts'
import type { PushMessage } from './compose-message.ts'
import { vapidKeys } from './vapid-keys.ts'

/** As in Mastodon: what cannot be delivered within two days is old news. */
export const pushTtlSeconds = 172_800

export type PushLetter = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }

/**
 * RFC 8291 and RFC 8292 for apps that say they know them, and for the others the drafts of 2016 that came before.
 * The library only computes: what goes out goes by the guarded client.
 */
export async function encryptMessage(
  ctx: Context,
  { endpoint, p256dh, auth, standard }: PushSubscription,
  message: PushMessage,
): Promise<PushLetter> {
  // Here and not at the top: a process that pushes nothing does not carry it.
  const { default: webPush } = await import('web-push')
  const keys = { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') }
  const { headers, body } = webPush.generateRequestDetails({ endpoint, keys }, JSON.stringify(message), {
    TTL: pushTtlSeconds,
    urgency: 'normal',
    contentEncoding: standard ? 'aes128gcm' : 'aesgcm',
    vapidDetails: { subject: await contactOf(ctx), ...vapidKeys(ctx) },
  })
  const sent = Object.entries(headers as Record<string, string | number>).filter(
    ([name]) => name.toLowerCase() !== 'content-length',
  )
  return {
    headers: Object.fromEntries(sent.map(([name, value]) => [name, String(value)])),
    body,
  }
}

/** Whom the push service may turn to: RFC 8292 wants a mail address or a page with https. */
async function contactOf(ctx: Context): Promise<string> {
  const { contactEmail } = await readSettings(ctx)
  const { origin, mailFrom } = ctx.config
  if (contactEmail !== '') return `mailto:${contactEmail}`
  return origin.startsWith('https:') ? origin : `mailto:${mailFrom}`
}
