import type { Context } from '../../context.ts'
import { editableText } from '../../domain/statuses/editable-text.ts'
import { editPost, quotes, requireOwn } from '../../domain/statuses/edit-post.ts'
import type { Actor } from '../../store/actors.ts'
import { findPoll } from '../../store/polls.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import type { Call } from '../route.ts'
import { readPoll } from './read-poll.ts'
import { readMediaChanges } from './read-media.ts'
import { readPost, requireWords } from './read-post.ts'
import { validated } from './validation.ts'

/**
 * https://docs.joinmastodon.org/methods/statuses/#edit. Apps send all of a post again: a content warning, a poll or
 * media that are not there are taken away.
 */
export async function editStatus(ctx: Context, { input, params, viewer }: Call<Actor>) {
  const given = readPost(input)
  const post = requireOwn(await findStatus(ctx.db, params['id'] ?? ''), viewer)
  const text = given.status ?? editableText(post)
  requireWords({ ...given, status: text }, quotes(post))
  const { spoiler_text: summary, sensitive, language, quote_approval_policy: quotePolicy } = given
  const poll = readPoll(input) ?? (await pollToEnd(ctx, post))
  const media = { mediaIds: given.media_ids, mediaChanges: readMediaChanges(input) }
  const edit = { text, summary, sensitive, language, poll, quotePolicy, ...media }
  await validated(editPost(ctx, viewer, post.id, edit))
  return loadAndPresentStatus(ctx, viewer, requireOwn(await findStatus(ctx.db, post.id), viewer))
}

/** Null where there is one that is not asked any more. */
async function pollToEnd({ db }: Context, { id }: Status): Promise<null | undefined> {
  return (await findPoll(db, id)) === undefined ? undefined : null
}
