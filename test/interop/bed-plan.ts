import { exchange, mentions, ourChanges, partings, theirChanges } from './exchange.ts'
import type { Step } from './exchange.ts'
import { absence, ordeals } from './survival.ts'

export type Stranger = 'activitypub-express' | 'snac2'

/** What is lived through with each stranger in the bed, with all of them at the same time. */
export const together: Record<Stranger, readonly Step[]> = {
  'activitypub-express': [...exchange, ...mentions, ...ourChanges],
  snac2: [...exchange, ...mentions, ...ourChanges, ...theirChanges],
}

/** Afterwards, with one stranger after the other. Both try again: the TLS front answers 502 while we are down. */
export const inTurn: readonly Step[] = [...ordeals, absence, ...partings]

export const GUARDED = 'a private address is refused'

/** A line that the program in the bed prints: how one step went. */
export interface Outcome {
  readonly stranger: Stranger
  readonly step: string
  /** Null when it went well. */
  readonly error: string | null
}
