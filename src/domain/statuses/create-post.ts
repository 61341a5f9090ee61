import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Visibility } from '../../db/schema.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { findStatus, insertPost, type Status } from '../../store/statuses.ts'
import { checkText } from './check-text.ts'
import { nameMentions } from './name-mentions.ts'
import { getVisibleStatus } from './get-visible.ts'

export type NewPost = {
  readonly text: string
  readonly visibility: Visibility
  /** Content warning. */
  readonly summary?: string | undefined
  /** BCP 47. */
  readonly language?: string | undefined
  readonly inReplyToId?: string | undefined
}

/**
 * A post by an account of ours. When this returns it is stored, and so is what sends it out.
 * @throws DomainError `invalid` for a text that is empty or too long, `not_found` for a reply to what the author may
 *   not see, `unavailable` for a direct post to somebody whose server does not answer
 */
export async function createPost(ctx: Context, author: Actor, input: NewPost): Promise<Status> {
  const text = checkText(input.text)
  const parent =
    input.inReplyToId === undefined ? undefined : await getVisibleStatus(ctx, input.inReplyToId, author.id)
  const named = await nameMentions(ctx, text, input.visibility === 'direct')
  return transact(ctx, async (tx) => {
    const id = tx.newId()
    await insertPost(tx.db, {
      id,
      actorId: author.id,
      visibility: input.visibility,
      source: text,
      summary: input.summary ?? '',
      sensitive: (input.summary ?? '') !== '',
      language: input.language ?? null,
      mentions: JSON.stringify(named.mentions),
      tags: named.tags,
      audience: named.mentions.flatMap((mention) => mention.actorId ?? []),
      inReplyToId: parent?.id ?? null,
      inReplyToUri: parent?.uri ?? null,
      createdAt: tx.now(),
    })
    await enqueue(tx, 'status.created', { statusId: id })
    return requireStored(await findStatus(tx.db, id))
  })
}

function requireStored(status: Status | undefined): Status {
  if (status === undefined) throw new DomainError('unavailable', 'The post could not be stored.')
  return status
}
