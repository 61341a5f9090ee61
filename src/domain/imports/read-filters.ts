import { z } from 'zod'
import { DomainError } from '../../lib/errors.ts'
import { filterActions, filterContexts } from '../filters/keep-filter.ts'
import { importLimits } from './kinds.ts'
import type { ParsedRow } from './read-file.ts'

const moment = z
  .string()
  .nullish()
  .transform((text) => (text == null || Number.isNaN(Date.parse(text)) ? null : text))

/** A filter of `custom_filters.json`; older versions of Mastodon call the end `expire_at`. */
const filterShape = z
  .object({
    title: z.string().trim().min(1).max(500),
    expires_at: moment,
    expire_at: moment,
    context: z.array(z.enum(filterContexts)).min(1),
    action: z.enum(filterActions).catch('warn'),
    keywords_attributes: z
      .array(
        z.object({ keyword: z.string().trim().min(1).max(1000), whole_word: z.boolean().default(false) }),
      )
      .max(100)
      .default([]),
    statuses: z
      .array(z.url({ protocol: /^https?$/ }).max(2000))
      .max(100)
      .default([]),
  })
  .transform(({ expire_at: older, expires_at: newer, ...rest }) => ({ ...rest, expires_at: newer ?? older }))

export type BroughtFilter = z.output<typeof filterShape>

/** A row of an import that was read before. */
export function readFilterRow(data: string): BroughtFilter {
  const [text] = JSON.parse(data) as [string]
  return filterShape.parse(JSON.parse(text))
}

/** @throws DomainError `invalid` for what is no such file */
export function readFilters(text: string): ParsedRow[] {
  const items = itemsOf(text)
  if (items.length > importLimits.filters)
    throw new DomainError('invalid', `The file holds more than ${importLimits.filters} filters.`)
  return items.map((item) => {
    const parsed = filterShape.safeParse(item)
    const kept = JSON.stringify([JSON.stringify(parsed.success ? parsed.data : item)])
    if (kept.length > importLimits.lineBytes)
      return { data: '["…"]', subject: '', host: '', problem: 'The filter is too large.' }
    return parsed.success
      ? { data: kept, subject: parsed.data.title, host: '', problem: undefined }
      : { data: kept, subject: '', host: '', problem: describe(parsed.error) }
  })
}

function itemsOf(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text)
    const list: unknown =
      typeof parsed === 'object' && parsed !== null && 'custom_filters' in parsed
        ? parsed.custom_filters
        : parsed
    if (Array.isArray(list)) return list
  } catch {
    // Said below: it is the same to whoever brought it.
  }
  throw new DomainError('invalid', 'The file is no custom_filters.json: that holds a list of filters.')
}

function describe({ issues }: z.ZodError): string {
  const where = issues.map(({ path }) => path.join('.')).filter((path) => path !== '')
  return `It is no filter: ${where.length === 0 ? 'it' : where.join(', ')} cannot be read.`
}
