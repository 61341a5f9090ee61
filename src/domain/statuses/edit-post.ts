import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, updatePost, type Status } from '../../store/statuses.ts'
import { checkText } from './check-text.ts'
import { nameMentions } from './name-mentions.ts'

export type PostEdit = {
  readonly text: string
  readonly summary?: string | undefined
  readonly language?: string | undefined
}

/**
 * A post's author says it otherwise. Its visibility never changes; whoever was named stays in the audience, since
 * they have it already and must learn of the edit.
 * @throws DomainError `not_found` when the post is not the author's or is gone, `invalid` for a text that will not do
 */
export async function editPost(ctx: Context, author: Actor, id: string, edit: PostEdit): Promise<void> {
  const text = checkText(edit.text)
  const named = await nameMentions(ctx, text)
  await transact(ctx, async (tx) => {
    const post = requireOwn(await findStatus(tx.db, id), author)
    const audience = new Set([
      ...post.audience,
      ...named.mentions.flatMap((mention) => mention.actorId ?? []),
    ])
    await updatePost(tx.db, id, {
      source: text,
      summary: edit.summary ?? '',
      sensitive: (edit.summary ?? '') !== '',
      language: edit.language ?? post.language,
      mentions: JSON.stringify(named.mentions),
      tags: named.tags,
      audience: [...audience],
      editedAt: tx.now(),
    })
    await enqueue(tx, 'status.updated', { statusId: id })
  })
}

export function requireOwn(post: Status | undefined, author: Actor): Status {
  if (post === undefined || post.actorId !== author.id || post.deletedAt !== null) {
    throw new DomainError('not_found', 'You have no such post.')
  }
  return post
}
