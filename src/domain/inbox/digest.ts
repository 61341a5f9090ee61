import { createHash } from 'node:crypto'

/** The same for an activity that somebody else brought: what comes from its actor afterwards is not the same one. */
export function digestOfCarried(actorUri: string, activityUri: string): Buffer {
  return digestOfActivity('carried', `${actorUri}\n${activityUri}`)
}

/** What makes an activity the same one: who said it and under which id. 16 bytes. */
export function digestOfActivity(actorUri: string, activityUri: string): Buffer {
  return createHash('sha256').update(`${actorUri}\n${activityUri}`).digest().subarray(0, 16)
}
