import { invalid } from '../statuses/validation.ts'

/** ISO 8601, with or without a zone: none means UTC. Undefined for none. @throws ApiError 422 */
export function readTime(value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const text = String(value)
  const hasZone = /(z|[+-]\d\d:?\d\d)$/i.test(text)
  const isDated = /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d/i.test(text) && text.length <= 50
  const time = new Date(hasZone ? text : `${text}Z`)
  if (!isDated || Number.isNaN(time.getTime())) throw invalid('Scheduled at is invalid')
  return time
}
