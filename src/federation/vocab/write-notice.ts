import { escapeHtml } from '../../domain/statuses/render-post.ts'
import { plainContext } from './write-contexts.ts'

type Json = Record<string, unknown>

/**
 * A note by an actor whose server is gone to somebody who followed it, on where it is now: for servers that do not know
 * what a Move is. To nobody else, once, and it says who speaks.
 * @see https://www.w3.org/TR/activitypub/#create-activity-outbox
 */
export function writeNotice(
  former: { readonly actorUri: string; readonly handle: string },
  {
    id,
    to,
    account,
    at,
  }: {
    readonly id: string
    readonly to: { readonly actorUri: string; readonly handle: string }
    readonly account: { readonly uri: string; readonly handle: string }
    readonly at: Date
  },
): Json {
  const note = `${former.actorUri}#notices/${id}`
  const addressed = { to: [to.actorUri], published: at.toISOString() }
  const html = [
    `<p><a href="${escapeHtml(to.actorUri)}" class="u-url mention">@${escapeHtml(to.handle)}</a> `,
    `You followed me as @${escapeHtml(former.handle)}. That server is gone for good. `,
    `I am here now: <a href="${escapeHtml(account.uri)}">@${escapeHtml(account.handle)}</a>.</p>`,
  ]
  return {
    '@context': plainContext,
    id: `${note}/activity`,
    type: 'Create',
    actor: former.actorUri,
    ...addressed,
    object: {
      id: note,
      type: 'Note',
      attributedTo: former.actorUri,
      ...addressed,
      content: html.join(''),
      tag: [{ type: 'Mention', href: to.actorUri, name: `@${to.handle}` }],
    },
  }
}
