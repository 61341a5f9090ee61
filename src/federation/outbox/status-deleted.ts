import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteVotes, listRemoteVoterIds } from '../../store/polls.ts'
import { writeDelete } from '../vocab/write-note.ts'
import { sayOfPost } from './say-of-post.ts'

/** A Delete to everybody whom a post was for, and to those who voted in it, which is forgotten with that. */
export async function sendStatusDeleted(
  ctx: Context,
  { statusId }: { statusId: string },
  jobId: string,
): Promise<void> {
  await transact(ctx, async (tx) => {
    await sayOfPost(tx, jobId, statusId, writeDelete, await listRemoteVoterIds(tx.db, statusId))
    await deleteVotes(tx.db, [statusId])
  })
}
