import { LRUCache } from 'lru-cache'
import type { Db } from '../../context.ts'
import { findOutgoingBody } from '../../store/deliveries.ts'
import { toPayload, type Payload } from './post-activity.ts'
import { Unsendable } from './unsendable.ts'

export type Payloads = {
  /** @throws Unsendable when there is no such activity */
  payloadOf(activityId: string): Promise<Payload>
}

/** An activity is read and hashed once for all the inboxes that it goes to; 16 MiB of them are kept. */
export function createPayloads(db: Db): Payloads {
  const cache = new LRUCache<string, Payload>({
    maxSize: 16 * 1024 * 1024,
    sizeCalculation: (payload) => payload.bytes.length + 200,
    fetchMethod: async (activityId) => {
      const body = await findOutgoingBody(db, activityId)
      if (body === undefined) throw new Unsendable(`There is no activity ${activityId} to send`)
      return toPayload(body)
    },
  })
  return { payloadOf: (activityId) => cache.forceFetch(activityId) }
}
