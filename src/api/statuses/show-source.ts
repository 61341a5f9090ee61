import type { Context } from '../../context.ts'
import { requireOwn } from '../../domain/statuses/edit-post.ts'
import type { Actor } from '../../store/actors.ts'
import { findStatus } from '../../store/statuses.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/statuses/#source: of one's own post, to be edited. */
export async function showSource(ctx: Context, { params, viewer }: Call<Actor>) {
  const { id, source, summary } = requireOwn(await findStatus(ctx.db, params['id'] ?? ''), viewer)
  return { id, text: source ?? '', spoiler_text: summary }
}
