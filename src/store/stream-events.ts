import type { Tx } from '../context.ts'
import { leaveNotice } from '../db/notices.ts'
import type { Visibility } from '../db/schema.ts'

/** What a deleted status leaves that tells who had it. */
export type Gone = {
  readonly id: string
  readonly actorId: string
  readonly visibility: Visibility
  readonly isBoost: boolean
  readonly isLocal: boolean
  readonly audience: readonly string[]
  readonly tags: readonly string[]
}

/** Something that open streams tell, by ids: whoever tells it looks up what is there by then. */
export type StreamEvent =
  | { readonly event: 'update' | 'status.update'; readonly statusId: string }
  | { readonly event: 'delete'; readonly gone: Gone }
  | { readonly event: 'notification'; readonly accountId: string; readonly id: string }
  | { readonly event: 'conversation'; readonly accountId: string; readonly statusId: string }
  | { readonly event: 'filters_changed' | 'notifications_merged'; readonly accountId: string }
  | { readonly event: 'announcement'; readonly id: string }
  | {
      readonly event: 'announcement.reaction' | 'announcement.delete'
      /** As apps get it: for everybody who lives here. */
      readonly payload: string
    }

/** Who listens here is told arrays of events as JSON, once they are committed. */
export const streamChannel = 'streaming'

/** Beyond so many, readers and tags of something deleted are not told apart. */
const mostNamed = 50

/** Tells the open streams of every process, if the transaction commits. */
export function publishEvent(tx: Tx, event: StreamEvent): void {
  leaveNotice(tx, streamChannel, event)
}

/** Statuses are here that were not before, or say something else. */
export function publishStatuses(
  tx: Tx,
  event: 'update' | 'status.update',
  statusIds: readonly string[],
): void {
  for (const statusId of statusIds) publishEvent(tx, { event, statusId })
}

/** Columns that a deletion returns for `publishGone`. */
export const goneColumns = [
  'id',
  'actorId',
  'visibility',
  'boostOfId',
  'boostOfUri',
  'isLocal',
  'audience',
  'tags',
] as const

export function publishGone(
  tx: Tx,
  rows: readonly (Omit<Gone, 'isBoost'> & {
    readonly boostOfId: string | null
    readonly boostOfUri: string | null
  })[],
): void {
  for (const { id, actorId, visibility, isLocal, boostOfId, boostOfUri, ...row } of rows) {
    const isBoost = boostOfId !== null || boostOfUri !== null
    const named = { audience: row.audience.slice(0, mostNamed), tags: row.tags.slice(0, mostNamed) }
    publishEvent(tx, {
      event: 'delete',
      gone: { id, actorId, visibility, isBoost, isLocal, ...named },
    })
  }
}

/** What arrived on the channel; nothing for what cannot be read, which a process of another version may have said. */
export function readEvents(payload: string): StreamEvent[] {
  try {
    const events: unknown = JSON.parse(payload)
    return Array.isArray(events) ? (events as StreamEvent[]) : []
  } catch {
    return []
  }
}
