/** `2026-11-21T10:20:30.123Z`: always with three digits of a second, which some apps insist on. */
export function isoDate(date: Date): string {
  return date.toISOString()
}

/** The same where there may be none. */
export function isoDateOrNull(date: Date | null): string | null {
  return date === null ? null : isoDate(date)
}

/** `2026-11-21`, in UTC. */
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10)
}
