import type { Context } from '../../context.ts'
import { deletePost } from '../../domain/statuses/delete-post.ts'
import { editableText } from '../../domain/statuses/editable-text.ts'
import { requireOwn } from '../../domain/statuses/edit-post.ts'
import type { Actor } from '../../store/actors.ts'
import { findStatus } from '../../store/statuses.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import { flag, read } from '../input.ts'
import type { Call } from '../route.ts'

/**
 * https://docs.joinmastodon.org/methods/statuses/#delete: answers what was written, for its author to write it
 * otherwise; what it carried may be posted again for a day, unless `delete_media` says no.
 */
export async function deleteStatus(ctx: Context, { input, params, viewer }: Call<Actor>) {
  const post = requireOwn(await findStatus(ctx.db, params['id'] ?? ''), viewer)
  const presented = await loadAndPresentStatus(ctx, viewer, post)
  const { delete_media: deletesMedia } = read(input, { delete_media: flag })
  await deletePost(ctx, viewer, post.id, { keepsMedia: deletesMedia !== true })
  return { ...presented, text: editableText(post) }
}
