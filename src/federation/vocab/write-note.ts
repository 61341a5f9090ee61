import type { Config } from '../../config.ts'
import { actorUri, followersUri } from '../../domain/accounts/addresses.ts'
import { tagUrl } from '../../domain/statuses/render-post.ts'
import type { LinkedView } from '../../domain/statuses/link-views.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import type { Poll } from '../../store/polls.ts'
import { writeAttachment, writeEmoji } from './write-attachment.ts'
import { noteContext, plainContext, publicCollection } from './write-contexts.ts'
import { writeQuoteFields, writeQuoteTags, writeQuotingContent } from './write-quote.ts'

type Json = Record<string, unknown>

/** Whom a post is addressed to, as Mastodon puts the four visibilities into `to` and `cc`. */
function addressNote(config: Config, view: LinkedView): { to: string[]; cc: string[] } {
  const followers = followersUri(config, view.author)
  const named = view.mentions.map((mention) => mention.uri)
  switch (view.status.visibility) {
    case 'public':
      return { to: [publicCollection], cc: [followers, ...named] }
    case 'unlisted':
      return { to: [followers], cc: [publicCollection, ...named] }
    case 'private':
      return { to: [followers], cc: named }
    case 'direct':
      return { to: named, cc: [] }
  }
}

/**
 * A post as a Note, or as a Question if it has a poll, without `@context`. What is a list is an array even when it
 * holds one thing: several servers (snac2 among them) read nothing else.
 */
export function writeNote(config: Config, view: LinkedView): Json {
  const { status, author } = view
  const { language } = status
  const content = writeQuotingContent(view)
  return {
    id: view.uri,
    type: view.poll === null ? 'Note' : 'Question',
    attributedTo: actorUri(config, author),
    ...addressNote(config, view),
    url: view.url,
    published: status.createdAt.toISOString(),
    ...(status.editedAt === null ? {} : { updated: status.editedAt.toISOString() }),
    inReplyTo: view.inReplyToUri,
    ...(view.contextUri === null ? {} : { context: view.contextUri }),
    summary: status.summary === '' ? null : status.summary,
    sensitive: status.sensitive,
    content,
    ...(language === null ? {} : { contentMap: { [language]: content } }),
    ...(status.content === null && { source: { content: status.source ?? '', mediaType: 'text/plain' } }),
    attachment: status.attachments.map((attachment) => writeAttachment(config, attachment)),
    replies: repliesUri(view),
    tag: writeTags(config, view),
    ...(view.poll === null ? {} : writePoll(view.poll)),
    ...writeQuoteFields(config, view),
  }
}

/**
 * https://docs.joinmastodon.org/spec/activitypub/#Question. Where totals are hidden until its end, options come without
 * `replies`, as GoToSocial has it; how many voted is told.
 */
function writePoll({ multiple, options, votes, voters, hideTotals, endsAt, closedAt }: Poll): Json {
  const isHidden = hideTotals && closedAt === null
  const choices = options.map((name, index) => ({
    type: 'Note',
    name,
    ...(!isHidden && { replies: { type: 'Collection', totalItems: Number(votes[index] ?? 0) } }),
  }))
  return {
    [multiple ? 'anyOf' : 'oneOf']: choices,
    ...(endsAt === null ? {} : { endTime: endsAt.toISOString() }),
    ...(closedAt === null ? {} : { closed: closedAt.toISOString() }),
    ...(voters === null ? {} : { votersCount: Number(voters) }),
  }
}

function writeTags(config: Config, view: LinkedView): Json[] {
  const mentions = view.mentions.map(({ uri, handle }) => ({
    type: 'Mention',
    href: uri,
    name: `@${handle}`,
  }))
  const hashtags = view.status.tags.map((tag) => ({
    type: 'Hashtag',
    href: tagUrl(config, tag),
    name: `#${tag}`,
  }))
  const emojis = view.status.emojis.map((emoji) => writeEmoji(config, emoji))
  return [...mentions, ...hashtags, ...emojis, ...writeQuoteTags(view)]
}

export function writeCreate(config: Config, view: LinkedView): Json {
  return {
    '@context': noteContext,
    id: `${view.uri}/activity`,
    type: 'Create',
    actor: actorUri(config, view.author),
    published: view.status.createdAt.toISOString(),
    ...addressNote(config, view),
    object: writeNote(config, view),
  }
}

export function writeUpdate(config: Config, view: LinkedView): Json {
  const at = view.status.editedAt ?? view.status.createdAt
  return {
    '@context': noteContext,
    id: `${view.uri}#updates/${at.getTime()}`,
    type: 'Update',
    actor: actorUri(config, view.author),
    published: at.toISOString(),
    ...addressNote(config, view),
    object: writeNote(config, view),
  }
}

function repliesUri(view: Pick<StatusView, 'uri'>): string {
  return `${view.uri}/replies`
}

/** What answers a post: the ids, for whoever wants to fetch them. */
export function writeReplies(view: StatusView, replies: readonly StatusView[]): Json {
  const items = replies.map((reply) => reply.uri)
  return { '@context': plainContext, id: repliesUri(view), type: 'Collection', items }
}

/** What a deleted post is under its id. */
export function writeTombstone(view: Pick<StatusView, 'uri' | 'status'>): Json {
  return { id: view.uri, type: 'Tombstone', deleted: view.status.deletedAt?.toISOString() }
}

export function writeDelete(config: Config, view: LinkedView): Json {
  return {
    '@context': noteContext,
    id: `${view.uri}#delete`,
    type: 'Delete',
    actor: actorUri(config, view.author),
    to: [publicCollection],
    object: writeTombstone(view),
  }
}
