import type { TxContext } from '../../context.ts'
import { enqueue } from '../../store/jobs.ts'
import type { Visibility } from '../../db/schema.ts'
import { isOpen } from '../policy/visibility.ts'
import { isOwn } from './fetch-post.ts'

type Kept = {
  readonly id: string
  readonly visibility: Visibility
  /** Of what it answers, if that is here. */
  readonly inReplyToId?: unknown
  readonly inReplyToUri?: string | null | undefined
}

/** Posts that anybody may read were kept: those that answer something that is not here have it fetched. */
export async function noticeOrphans(ctx: TxContext, kept: readonly Kept[]): Promise<void> {
  for (const { id, visibility, inReplyToId, inReplyToUri } of kept) {
    if (!isOpen({ visibility }) || inReplyToId != null || inReplyToUri == null || isOwn(ctx, inReplyToUri))
      continue
    const once = { key: inReplyToUri.slice(0, 500), seconds: 3600 }
    await enqueue(ctx, 'thread.ancestors', { statusId: id, climbed: 0, attempt: 0 }, { once })
  }
}
