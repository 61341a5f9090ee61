const firstSeconds = 30
const longestSeconds = 6 * 3600
const daySeconds = 24 * 3600

/** How long a delivery is tried for, and how long a host that fails is asked for a sign of life after that. */
export const patience = { deliveryDays: 7, refusalDays: 3, probeDays: 30 } as const

/**
 * Seconds until the next try: doubled each time from 30 s to 6 h, up to a fifth less at random, so that what failed
 * together does not come back together. In seven days that is at most 45 tries.
 * @param failures how often it failed so far, from 1
 */
export function backoff(failures: number, random: () => number = Math.random): number {
  const seconds = Math.min(firstSeconds * 2 ** (failures - 1), longestSeconds)
  return seconds * (1 - random() / 5)
}

/** A host that has failed for the whole life of a delivery is asked once a day. */
export function probeInterval(random: () => number = Math.random): number {
  return daySeconds * (0.95 + random() / 10)
}

export function daysBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / (daySeconds * 1000)
}

/**
 * Seconds that `Retry-After` asks for (RFC 9110, 10.2.3: seconds or a date), at most a day.
 * @returns undefined when there is no such header or it cannot be read
 */
export function readRetryAfter(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined
  const seconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), daySeconds) : undefined
}
