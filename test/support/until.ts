import { setTimeout as delay } from 'node:timers/promises'

export interface Patience {
  /** Seconds until we give up; 30 by default. */
  readonly seconds?: number
  /** Asked on giving up: what the other side had to say. */
  readonly explain?: () => string
}

/**
 * Looks again and again, ten times a second, until `look` gives something that is neither undefined nor false.
 * This is how tests wait for another server: for the effect, up to a deadline, never for a fixed time.
 * @throws Error that says what was awaited, what the last look threw, and what `explain` adds
 */
export async function until<T>(
  awaited: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { seconds = 30, explain }: Patience = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let trouble: unknown
  while (Date.now() < deadline) {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
      trouble = undefined
    } catch (error) {
      trouble = error
    }
    await delay(100)
  }
  const details = explain ? `\n${explain()}` : ''
  throw new Error(`waited ${seconds} s in vain: ${awaited}${details}`, { cause: trouble })
}
