import { UsageError } from './usage-error.ts'

/** When what is announced takes place. */
export const announcementOptions = {
  starts: { type: 'string', value: 'TIME', help: 'When it begins (ISO 8601); "none" for no such time.' },
  ends: {
    type: 'string',
    value: 'TIME',
    help: 'When it is over, and shown no more; "none" for no such time.',
  },
  'all-day': { type: 'boolean', help: 'Show the days alone.' },
} as const

/** @throws UsageError for what is no time */
export function readTime(value: string | undefined): Date | null | undefined {
  if (value === undefined) return undefined
  if (value === 'none') return null
  const time = new Date(value)
  if (!/^\d{4}-\d\d-\d\d/.test(value) || Number.isNaN(time.getTime()))
    throw new UsageError(`${value} is not a time like 2027-01-31T18:00Z.`)
  return time
}
