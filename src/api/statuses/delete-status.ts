import type { Context } from '../../context.ts'
import { deletePost } from '../../domain/statuses/delete-post.ts'
import { requireOwn } from '../../domain/statuses/edit-post.ts'
import type { Actor } from '../../store/actors.ts'
import { findStatus } from '../../store/statuses.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import type { Call } from '../route.ts'

/**
 * https://docs.joinmastodon.org/methods/statuses/#delete: answers what was written, for its author to write it
 * otherwise.
 */
export async function deleteStatus(ctx: Context, { params, viewer }: Call<Actor>) {
  const post = requireOwn(await findStatus(ctx.db, params['id'] ?? ''), viewer)
  const presented = await loadAndPresentStatus(ctx, viewer, post)
  await deletePost(ctx, viewer, post.id)
  return { ...presented, text: post.source ?? '' }
}
