import { sql } from 'kysely'

/** Of a delivery `d`: nothing that was said earlier of the same post still waits for the same inbox. */
export const firstInLine = sql`not exists (
  select from outgoing_activities said
  join outgoing_activities earlier on earlier.object_id = said.object_id and earlier.id < said.id
  join deliveries waiting on waiting.activity_id = earlier.id and waiting.inbox_id = d.inbox_id
  where said.id = d.activity_id and waiting.state = 'pending')`
