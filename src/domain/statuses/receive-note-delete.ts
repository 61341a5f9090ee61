import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { buryRemoteStatus, findRemoteStatus } from '../../store/statuses.ts'

/**
 * Somebody elsewhere takes back what they said. Only its author may; what we never had is remembered too, if it
 * could be theirs (an id on their own host), because its Create may still be on the way.
 */
export async function receiveNoteDelete(
  ctx: Context,
  input: { uri: string; by: Actor & { uri: string } },
): Promise<'buried' | 'ignored'> {
  const { uri, by } = input
  return transact(ctx, async (tx) => {
    const known = await findRemoteStatus(tx.db, uri)
    const mine = known === undefined ? sameHost(uri, by.uri) : known.actorId === by.id
    if (!mine) return 'ignored'
    return (await buryRemoteStatus(tx.db, uri, by.uri)) ? 'buried' : 'ignored'
  })
}

function sameHost(a: string, b: string): boolean {
  const host = URL.parse(a)?.host
  return host !== undefined && host === URL.parse(b)?.host
}
