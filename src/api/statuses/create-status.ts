import type { Context } from '../../context.ts'
import { loadPostingDefaults } from '../../domain/accounts/posting-defaults.ts'
import { createPost, type NewPost } from '../../domain/statuses/create-post.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import { ApiError, recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'
import { readPoll } from './read-poll.ts'
import { readPost, requireText } from './read-post.ts'
import { refuseToSchedule } from './schedule-status.ts'
import { takeMedia } from './take-media.ts'
import { validated } from './validation.ts'

/** https://docs.joinmastodon.org/methods/statuses/#create */
export async function createStatus(ctx: Context, { input, viewer, request }: Call<Actor>) {
  const given = readPost(input)
  refuseToSchedule(given.scheduled_at)
  takeMedia(given.media_ids)
  const text = requireText(given.status)
  const { in_reply_to_id: inReplyToId, quoted_status_id: quoteOf } = given
  await requireReferred(ctx, viewer, inReplyToId, 'reply to')
  await requireReferred(ctx, viewer, quoteOf, 'quote')
  const defaults = await loadPostingDefaults(ctx, viewer.id)
  const post: NewPost = {
    ...{ text, inReplyToId, quoteOf, poll: readPoll(input) },
    visibility: given.visibility ?? defaults.visibility,
    summary: given.spoiler_text,
    language: given.language ?? defaults.language ?? undefined,
    sensitive: given.sensitive ?? defaults.sensitive,
    quotePolicy: given.quote_approval_policy ?? defaults.quotePolicy,
    idempotencyKey: readKey(request.headers['idempotency-key']),
  }
  const status = await validated(createPost(ctx, viewer, post))
  if (status.deletedAt !== null) throw recordNotFound()
  return loadAndPresentStatus(ctx, viewer, status)
}

function readKey(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined
}

/** @throws ApiError 404 in Mastodon's words */
async function requireReferred(
  ctx: Context,
  viewer: Actor,
  statusId: string | undefined,
  verb: string,
): Promise<void> {
  if (statusId === undefined) return
  try {
    await getVisibleStatus(ctx, statusId, viewer.id)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw new ApiError(404, `The post you are trying to ${verb} does not appear to exist.`)
  }
}
