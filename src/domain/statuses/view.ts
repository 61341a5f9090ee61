import type { Context } from '../../context.ts'
import type { StatusMention } from '../../db/json.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { listOpenReplies, listStatuses, type Status } from '../../store/statuses.ts'
import { actorUri, actorUrl, statusUri, statusUrl } from '../accounts/addresses.ts'
import { renderPost } from './render-post.ts'

/** A status with everything that a reader of it needs; Mastodon JSON, ActivityStreams and pages present it. */
export type StatusView = {
  readonly status: Status
  readonly author: Actor
  readonly uri: string
  readonly url: string
  /** Sanitised, or made by us. */
  readonly contentHtml: string
  readonly mentions: readonly MentionView[]
  readonly inReplyToUri: string | null
}

export type MentionView = {
  readonly uri: string
  readonly url: string
  readonly handle: string
  readonly actorId: string | null
}

type Reader = Pick<Context, 'config' | 'db'>

/** Loads what any number of statuses need with the same few queries; keeps their order. */
export async function viewStatuses(ctx: Reader, statuses: readonly Status[]): Promise<StatusView[]> {
  const parentIds = statuses.flatMap((status) =>
    status.inReplyToUri === null ? (status.inReplyToId ?? []) : [],
  )
  const parents = new Map((await listStatuses(ctx.db, [...new Set(parentIds)])).map((row) => [row.id, row]))
  const actorIds = new Set([...statuses, ...parents.values()].map((status) => status.actorId))
  const actors = new Map((await listActors(ctx.db, [...actorIds])).map((actor) => [actor.id, actor]))
  return statuses.flatMap((status) => {
    const author = actors.get(status.actorId)
    if (author === undefined) return []
    const parent = parents.get(status.inReplyToId ?? '')
    const parentAuthor = actors.get(parent?.actorId ?? '')
    const answered =
      parent && parentAuthor ? statusUri(ctx.config, parent, parentAuthor) : status.inReplyToUri
    return [viewStatus(ctx, status, author, answered)]
  })
}

/** What answers a status and anybody may read, as far as we know: the first hundred, oldest first. */
export async function viewReplies(ctx: Reader, statusId: string): Promise<StatusView[]> {
  return viewStatuses(ctx, await listOpenReplies(ctx.db, statusId, 100))
}

function viewStatus(ctx: Reader, status: Status, author: Actor, inReplyToUri: string | null): StatusView {
  const home = ctx.config
  return {
    status,
    author,
    uri: statusUri(home, status, author),
    url: statusUrl(home, status, author),
    contentHtml: status.isLocal ? renderPost(home, status) : (status.content ?? ''),
    mentions: status.mentions.map((mention) => viewMention(ctx, mention)),
    inReplyToUri,
  }
}

function viewMention({ config }: Reader, mention: StatusMention): MentionView {
  const addressed = { ...mention, type: 'Person' }
  return {
    uri: actorUri(config, addressed),
    url: actorUrl(config, addressed),
    handle: `${mention.username}@${mention.domain ?? config.handleDomain}`,
    actorId: mention.actorId,
  }
}
