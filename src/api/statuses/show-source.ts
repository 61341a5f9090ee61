import type { Context } from '../../context.ts'
import { editableText } from '../../domain/statuses/editable-text.ts'
import { requireOwn } from '../../domain/statuses/edit-post.ts'
import type { Actor } from '../../store/actors.ts'
import { findStatus } from '../../store/statuses.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/statuses/#source: of one's own post, to be edited. */
export async function showSource(ctx: Context, { params, viewer }: Call<Actor>) {
  const post = requireOwn(await findStatus(ctx.db, params['id'] ?? ''), viewer)
  return { id: post.id, text: editableText(post), spoiler_text: post.summary }
}
