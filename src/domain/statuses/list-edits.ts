import type { Context } from '../../context.ts'
import { findPoll } from '../../store/polls.ts'
import { listStatusEdits, type StatusEdit } from '../../store/status-edits.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { renderPost } from './render-post.ts'

/** What a status said at some time. */
export type StatusVersion = Omit<StatusEdit, 'id' | 'statusId' | 'content'> & {
  /** Sanitised, or made by us. */
  readonly contentHtml: string
}

/**
 * All versions of a status that we know, oldest first, the last being the present one; whether the reader may see the
 * status is for the caller to ask (`getVisibleStatus`). None of what is gone.
 */
export async function listEdits(
  ctx: Pick<Context, 'config' | 'db'>,
  statusId: string,
): Promise<StatusVersion[]> {
  const status = await findStatus(ctx.db, statusId)
  if (status === undefined || status.deletedAt !== null) return []
  const [edits, poll] = await Promise.all([listStatusEdits(ctx.db, statusId), findPoll(ctx.db, statusId)])
  return [...edits, describePresent(status, poll?.options ?? null)].map(({ content, ...version }) => ({
    ...pickVersion(version),
    contentHtml: content ?? (status.isLocal ? renderPost(ctx.config, version) : ''),
  }))
}

function describePresent(status: Status, pollOptions: string[] | null) {
  return { ...status, pollOptions, createdAt: status.editedAt ?? status.createdAt }
}

function pickVersion(
  version: Omit<StatusEdit, 'id' | 'statusId' | 'content'>,
): Omit<StatusVersion, 'contentHtml'> {
  const { title, summary, sensitive, language, source, mentions, tags } = version
  const { emojis, attachments, pollOptions, createdAt } = version
  return {
    ...{ title, summary, sensitive, language, source, mentions, tags },
    ...{ emojis, attachments, pollOptions, createdAt },
  }
}
