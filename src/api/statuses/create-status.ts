import type { Context } from '../../context.ts'
import { loadPostingDefaults } from '../../domain/accounts/posting-defaults.ts'
import type { PostingApp } from '../../db/json.ts'
import { schedulePost } from '../../domain/scheduled/schedule-post.ts'
import { createPost, type NewPost } from '../../domain/statuses/create-post.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { findApp } from '../../store/apps.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import { ApiError, recordNotFound } from '../errors.ts'
import { presentScheduled } from '../scheduled/present-scheduled.ts'
import { readTime } from '../scheduled/read-time.ts'
import type { Call, Token } from '../route.ts'
import { readPoll } from './read-poll.ts'
import { readPost, requireWords } from './read-post.ts'
import { validated } from './validation.ts'

/**
 * https://docs.joinmastodon.org/methods/statuses/#create: a post, or one of later where `scheduled_at` says when. What
 * was for a time that has passed is for now, as Mastodon has it.
 */
export async function createStatus(ctx: Context, call: Call<Actor>) {
  const { viewer } = call
  const scheduledAt = readTime(call.input['scheduled_at'])
  const post = await readNewPost(ctx, call)
  if (scheduledAt !== undefined && scheduledAt > ctx.now())
    return presentScheduled(ctx, await validated(schedulePost(ctx, viewer, post, scheduledAt)))
  const status = await validated(createPost(ctx, viewer, post))
  if (status.deletedAt !== null) throw recordNotFound()
  return loadAndPresentStatus(ctx, viewer, status)
}

async function readNewPost(ctx: Context, { input, viewer, request, token }: Call<Actor>): Promise<NewPost> {
  const given = readPost(input)
  const { in_reply_to_id: inReplyToId, quoted_status_id: quoteOf } = given
  requireWords(given, quoteOf !== undefined)
  await requireReferred(ctx, viewer, inReplyToId, 'reply to')
  await requireReferred(ctx, viewer, quoteOf, 'quote')
  const defaults = await loadPostingDefaults(ctx, viewer.id)
  return {
    ...{ text: given.status ?? '', inReplyToId, quoteOf, poll: readPoll(input) },
    mediaIds: given.media_ids,
    visibility: given.visibility ?? defaults.visibility,
    summary: given.spoiler_text,
    language: given.language ?? defaults.language ?? undefined,
    sensitive: given.sensitive ?? defaults.sensitive,
    quotePolicy: given.quote_approval_policy ?? defaults.quotePolicy,
    application: await findPostingApp(ctx, token),
    idempotencyKey: readKey(request.headers['idempotency-key']),
  }
}

/** How the app calls itself: that is shown with what it posts. */
async function findPostingApp({ db }: Context, token: Token | undefined): Promise<PostingApp | undefined> {
  const app = token?.appId == null ? undefined : await findApp(db, token.appId)
  return app && { name: app.name, website: app.website }
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
