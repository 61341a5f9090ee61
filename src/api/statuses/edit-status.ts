import type { Context } from '../../context.ts'
import { changeQuotePolicy } from '../../domain/quotes/change-quote-policy.ts'
import { editPost, requireOwn } from '../../domain/statuses/edit-post.ts'
import type { Actor } from '../../store/actors.ts'
import { findPoll } from '../../store/polls.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import type { Call } from '../route.ts'
import { readPoll } from './read-poll.ts'
import { readPost, requireText } from './read-post.ts'
import { takeMedia } from './take-media.ts'
import { validated } from './validation.ts'

/**
 * https://docs.joinmastodon.org/methods/statuses/#edit. Apps send all of a post again: a content warning or a poll that
 * is not there is taken away.
 */
export async function editStatus(ctx: Context, { input, params, viewer }: Call<Actor>) {
  const given = readPost(input)
  const post = requireOwn(await findStatus(ctx.db, params['id'] ?? ''), viewer)
  takeMedia(given.media_ids)
  const text = requireText(given.status ?? post.source ?? undefined)
  const { spoiler_text: summary, sensitive, language, quote_approval_policy: policy } = given
  const poll = readPoll(input) ?? (await pollToEnd(ctx, post))
  await validated(editPost(ctx, viewer, post.id, { text, summary, sensitive, language, poll }))
  if (policy !== undefined) await changeQuotePolicy(ctx, viewer, post.id, policy)
  return loadAndPresentStatus(ctx, viewer, requireOwn(await findStatus(ctx.db, post.id), viewer))
}

/** Null where there is one that is not asked any more. */
async function pollToEnd({ db }: Context, { id }: Status): Promise<null | undefined> {
  return (await findPoll(db, id)) === undefined ? undefined : null
}
