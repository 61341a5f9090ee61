import type { Context } from '../../context.ts'
import { htmlToText } from '../../lib/html-to-text.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { listFilters } from '../../store/filters.ts'
import type { Notification } from '../../store/notifications.ts'
import type { DuePush } from '../../store/push-subscriptions.ts'
import { listSeverances } from '../../store/severances.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { inGivenOrder } from '../../store/timelines.ts'
import { biographyText } from '../accounts/biography.ts'
import { missingAvatarPath } from '../accounts/missing-pictures.ts'
import { preferredUsername } from '../accounts/addresses.ts'
import { prepareFilters } from '../filters/match-filters.ts'
import { proxiedUrl } from '../media/proxied-url.ts'
import type { NotificationType } from '../notifications/notify.ts'
import { viewStatuses, type StatusView } from '../statuses/view.ts'
import { bearerOf } from './subscribe.ts'
import { wordsFor } from './words.ts'

/** What an app decrypts. https://docs.joinmastodon.org/methods/push/ and Mastodon's Web::NotificationSerializer */
export type PushMessage = {
  readonly access_token: string
  readonly preferred_locale: string
  /** A number: apps read it as one. */
  readonly notification_id: number
  readonly notification_type: string
  readonly icon: string
  readonly title: string
  readonly body: string
}

/** Push services take 4,096 bytes with what encryption adds; with addresses this leaves a margin. */
const mostTitle = 120
const mostBody = 140
const mostIcon = 1500

/** @returns undefined when there is nothing that the member may see, or wants to */
export async function composeMessage(
  ctx: Context,
  notification: Notification,
  due: DuePush,
): Promise<PushMessage | undefined> {
  const by = await findActor(ctx.db, notification.fromId)
  if (by === undefined) return undefined
  const status = await findShown(ctx, notification)
  if (notification.statusId !== null && status === undefined) return undefined
  const locale = due.locale ?? 'en'
  const title = wordsFor(locale)[notification.type as NotificationType]
  if (title === undefined) return undefined
  return {
    access_token: bearerOf(ctx, due),
    preferred_locale: locale,
    notification_id: Number(notification.id),
    notification_type: notification.type,
    icon: iconOf(ctx, by),
    title: shorten(title(await findSubject(ctx, notification, by)), mostTitle),
    body: shorten(status === undefined ? biographyText(by) : textOf(status), mostBody),
  }
}

/** The status that it is about, unless it is not for the member any more, or a filter of theirs hides it. */
async function findShown(
  ctx: Context,
  { accountId, statusId }: Notification,
): Promise<StatusView | undefined> {
  if (statusId === null) return undefined
  const visible = await listVisibleIds(ctx.db, [statusId], accountId, 1)
  const [view] = await viewStatuses(ctx, await inGivenOrder(ctx.db, visible), accountId)
  if (view === undefined) return undefined
  const hiding = (await listFilters(ctx.db, accountId)).filter(
    ({ action, contexts }) => action === 'hide' && contexts.includes('notifications'),
  )
  return prepareFilters(hiding, ctx.now())(view).length > 0 ? undefined : view
}

/** What is behind a warning stays there. */
function textOf({ status, contentHtml }: StatusView): string {
  return status.summary === '' ? htmlToText(contentHtml) : status.summary
}

/** Whoever did it, or what connections were lost with. */
async function findSubject(ctx: Context, { severanceId }: Notification, by: Actor): Promise<string> {
  const [severance] = severanceId === null ? [] : await listSeverances(ctx.db, [severanceId])
  return severance?.targetName ?? nameOf(ctx, by)
}

function nameOf({ config }: Context, actor: Actor): string {
  return actor.displayName === '' ? preferredUsername(config, actor) : actor.displayName
}

function iconOf(ctx: Context, { iconUrl }: Actor): string {
  const missing = ctx.config.origin + missingAvatarPath
  const icon = iconUrl === null ? missing : proxiedUrl(ctx, iconUrl)
  return icon.length > mostIcon ? missing : icon
}

/** On one line, of so many code points: that bounds bytes, too. */
function shorten(text: string, most: number): string {
  const characters = Array.from(text.replaceAll(/\s+/g, ' ').trim())
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}
