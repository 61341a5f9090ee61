import { z } from 'zod'
import { isId } from '../lib/ids.ts'
import { ApiError } from './errors.ts'

// A schema is made for one request: to compile it would take longer than to walk it once.
z.config({ jitless: true })

/**
 * Reads parameters by a schema; what is not in it is ignored.
 * @throws ApiError 422 that names what is wrong
 */
export function read<Shape extends z.ZodRawShape>(
  input: Readonly<Record<string, unknown>>,
  shape: Shape,
): z.output<z.ZodObject<Shape>> {
  const parsed = z.object(shape).safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  throw new ApiError(422, `Validation failed: ${problems.join(', ')}`)
}

const falsy = ['false', '0', 'off', 'f', 'F', 'FALSE', 'OFF', '']

/** Rails' booleans: strings and numbers that look like one. Absent stays undefined. */
export const flag = z.preprocess((value) => {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined
  return !falsy.includes(String(value))
}, z.boolean().optional())

/** Text; an empty or missing one is undefined. Numbers are taken as they are written. */
export const text = (maxLength: number) =>
  z.preprocess(
    (value) =>
      value === null || value === '' ? undefined : typeof value === 'number' ? String(value) : value,
    z.string('is not text').max(maxLength, `is longer than ${maxLength} characters`).optional(),
  )

/** Text that may be given as empty, which is not the same as not given. */
export const textOrEmpty = (maxLength: number) =>
  z.preprocess(
    (value) => value ?? undefined,
    z.string('is not text').max(maxLength, `is longer than ${maxLength} characters`).optional(),
  )

export const id = z.preprocess(
  (value) => (value === null || value === '' ? undefined : typeof value === 'number' ? String(value) : value),
  z.string('is not an id').refine(isId, 'is not an id').optional(),
)

/** The id behind which a page begins. Tusky begins at 0, before which there is nothing. */
export const cursor = z.preprocess(
  (value) => (String(value) === '0' ? '0' : value),
  z.union([z.literal('0'), id]),
)

/** One value where several are meant is a list of one; what is no id is left out. Those beyond so many are, too. */
export const idsUpTo = (most: number) =>
  z.preprocess((value) => listOf(value).map(String).filter(isId).slice(0, most), z.array(z.string()))

export const ids = idsUpTo(100)

/** The same for words. */
export const texts = (maxItems: number, maxLength: number) =>
  z.preprocess(
    (value) => listOf(value).map(String).slice(0, maxItems),
    z.array(z.string().max(maxLength, `is longer than ${maxLength} characters`)),
  )

/** A whole number; an empty or missing one is undefined. */
export const wholeNumber = z.preprocess(
  (value) => (value === null || value === undefined || value === '' ? undefined : Number(value)),
  z.number('is not a number').int('is not a whole number').optional(),
)

/** How many: more than `max` is `max`, since apps ask for what other servers give. @throws ApiError 400 as Mastodon */
export const limit = (usual: number, max: number) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? usual : notNegative(value)),
    z.number('is not a number').transform((value) => Math.min(value === 0 ? usual : value, max)),
  )

/** How many are passed over, at most `max`; none unless it is said. @throws ApiError 400 as Mastodon */
export const offset = (max: number) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? 0 : notNegative(value)),
    z.number('is not a number').transform((value) => Math.min(value, max)),
  )

function notNegative(value: unknown): number {
  const number = Math.trunc(Number(value))
  if (number >= 0 || Number.isNaN(number)) return number
  throw new ApiError(400, 'Pagination values for `offset` and `limit` must be positive')
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null || value === '') return []
  if (Array.isArray(value)) return value
  return typeof value === 'object' ? Object.values(value) : [value]
}
