import type { TxContext } from '../../context.ts'
import { listLocalIds, upsertConversation } from '../../store/conversations.ts'
import { listStatuses } from '../../store/statuses.ts'
import { listThreadRoots } from '../../store/thread-roots.ts'

/**
 * Direct posts were said: each is the latest of the conversations of everybody here who has part in it, and unread by
 * all but its author. An older one that comes late changes nothing.
 * @param onlyFor those who had no part in it before
 */
export async function noteConversations(
  { db, newId }: TxContext,
  statusIds: readonly string[],
  onlyFor?: readonly string[],
): Promise<void> {
  if (statusIds.length === 0 || onlyFor?.length === 0) return
  const statuses = await listStatuses(db, statusIds)
  const roots = await listThreadRoots(db, statusIds)
  const people = new Set(statuses.flatMap(({ actorId, audience }) => [actorId, ...audience]))
  const here = await listLocalIds(db, [...people])
  for (const { id, actorId, audience } of statuses) {
    const parties = [...new Set([actorId, ...audience])].toSorted(byNumber)
    for (const accountId of parties) {
      if (!here.has(accountId) || onlyFor?.includes(accountId) === false) continue
      await upsertConversation(db, {
        ...{ id: newId(), accountId, rootId: roots.get(id) ?? id, lastStatusId: id },
        participants: parties.filter((each) => each !== accountId),
        unread: accountId !== actorId,
      })
    }
  }
}

function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}
