import type { Context } from '../../context.ts'
import type { Gone, StreamEvent } from '../../store/stream-events.ts'
import { listFormerReaders, listRemaining } from '../../store/stream-readers.ts'
import type { Listening } from './connection.ts'
import { mayHaveShown } from './open-streams.ts'

/** Statuses that are gone, for those who may have been shown them: nobody else learns that they were there. */
export async function deliverGone(
  { db }: Context,
  listening: readonly Listening[],
  events: readonly StreamEvent[],
): Promise<void> {
  const said = events.flatMap((event) => (event.event === 'delete' ? event.gone : []))
  if (said.length === 0 || listening.length === 0) return
  const remaining = await listRemaining(
    db,
    said.map(({ id }) => id),
  )
  const gone = said.filter(({ id }) => !remaining.has(id))
  const homes = listening.filter(({ subscription }) => subscription.name === 'user')
  const viewerIds = [...new Set(homes.map(({ connection }) => connection.viewer.id))]
  const listIds = listening.flatMap(({ subscription }) => subscription.listId ?? [])
  const readings = await listFormerReaders(db, { viewerIds, listIds }, gone)
  const readers = new Set(readings.map(({ readerId, statusId }) => `${readerId} ${statusId}`))
  for (const one of gone) {
    for (const each of listening) {
      const { connection, subscription } = each
      if (hadIt(each, one, readers)) connection.send(subscription, { event: 'delete', payload: one.id })
    }
  }
}

function hadIt(
  { connection: { viewer }, subscription }: Listening,
  gone: Gone,
  readers: ReadonlySet<string>,
): boolean {
  if (subscription.name === 'list') return readers.has(`${subscription.listId} ${gone.id}`)
  if (subscription.name !== 'user')
    return gone.visibility === 'public' && !gone.isBoost && mayHaveShown(subscription, gone)
  const isTheirs = gone.actorId === viewer.id || gone.audience.includes(viewer.id)
  return isTheirs || readers.has(`${viewer.id} ${gone.id}`)
}
