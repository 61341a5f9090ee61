import type { Config } from '../../config.ts'
import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Visibility } from '../../db/schema.ts'
import { isOpen } from '../../domain/policy/visibility.ts'
import type { LinkedView } from '../../domain/statuses/link-views.ts'
import type { Recipients } from '../../store/delivery-plan.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { listRelaysFor } from './relay-inboxes.ts'
import { loadPost } from './load-post.ts'
import { sendActivity } from './send.ts'

type WriteActivity = (config: Config, view: LinkedView) => Record<string, unknown> | undefined

/**
 * Says something of a post to everybody whom it is for.
 * @param write makes the activity; undefined when there is nothing to say of a post that is as it is now
 * @param concerned others who have to do with it, who are told as well if anybody may read it
 */
export async function sayOfPost(
  ctx: Context,
  jobId: string,
  statusId: string,
  write: WriteActivity,
  concerned: readonly string[] = [],
): Promise<void> {
  await transact(ctx, async (tx) => {
    const view = await loadPost(tx, statusId)
    if (view === undefined) return
    const activity = write(tx.config, view)
    if (activity === undefined) return
    const { author, status } = view
    const inboxIds = await listRelaysFor(tx, status, activity)
    const told = [...concerned, ...(await listAnswered(tx, status))]
    const recipients = { ...recipientsOf(status, told), inboxIds }
    const synchronizes = status.visibility === 'private'
    const about = { accountId: author.id, objectId: status.id }
    await sendActivity(tx, { jobId, ...about, activity, recipients, synchronizes })
  })
}

/** For what is only worth saying while the post is there. */
export function whileItIsThere(write: WriteActivity): WriteActivity {
  return (config, view) => (view.status.deletedAt === null ? write(config, view) : undefined)
}

/** Whoever is answered hears of it, also when the answer does not name them. */
async function listAnswered({ db }: TxContext, { inReplyToId }: Status): Promise<string[]> {
  const answered = inReplyToId === null ? undefined : await findStatus(db, inReplyToId)
  return answered === undefined ? [] : [answered.actorId]
}

const forFollowers: readonly Visibility[] = ['public', 'unlisted', 'private']

/** Followers, unless it is direct, and everybody who is or was named in it. */
function recipientsOf(status: Status, concerned: readonly string[]): Recipients {
  const followersOf = forFollowers.includes(status.visibility) ? status.actorId : undefined
  return { followersOf, actorIds: isOpen(status) ? [...status.audience, ...concerned] : status.audience }
}
