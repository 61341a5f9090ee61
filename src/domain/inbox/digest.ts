import { createHash } from 'node:crypto'

/** What makes an activity the same one: who said it and under which id. 16 bytes. */
export function digestOfActivity(actorUri: string, activityUri: string): Buffer {
  return createHash('sha256').update(`${actorUri}\n${activityUri}`).digest().subarray(0, 16)
}
