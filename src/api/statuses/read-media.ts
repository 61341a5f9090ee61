import { z } from 'zod'
import { uploadLimits } from '../../domain/media/limits.ts'
import type { MediaChange } from '../../domain/statuses/edit-attachments.ts'
import { asObject } from '../../lib/as-object.ts'
import { id, read } from '../input.ts'
import { invalid } from './validation.ts'

/** `x,y`, each from -1 to 1, as https://docs.joinmastodon.org/api/guidelines/#focal-points says. */
const focus = z.preprocess(
  (value) => (value === null || value === '' ? undefined : value),
  z
    .string('is not text')
    .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, 'is invalid')
    .transform((point) => point.split(',').map((part) => Math.max(-1, Math.min(1, Number(part)))))
    .optional(),
)

/** Null takes it away. */
const description = z.preprocess(
  (value) => (value === '' ? null : value),
  z.string('is not text').nullable().optional(),
)

/** `media_attributes[]`: what is said anew of media that a post carries. @throws ApiError 422 */
export function readMediaChanges(input: Readonly<Record<string, unknown>>): MediaChange[] {
  return itemsOf(input['media_attributes']).flatMap((item) => {
    const given = read(item, { id, description, focus })
    if (given.id === undefined) return []
    if (given.description !== undefined && given.description !== null)
      requireShort(given.description, uploadLimits.descriptionLength)
    const [x, y] = given.focus ?? []
    const focalPoint = x === undefined || y === undefined ? undefined : ([x, y] as const)
    return [{ id: given.id, description: given.description, focalPoint }]
  })
}

function requireShort(text: string, limit: number): void {
  if (Array.from(text).length > limit)
    throw invalid(`Description is too long (maximum is ${limit} characters)`)
}

/** Forms say the parts of an item one after the other, and only some number the items. */
function itemsOf(value: unknown): Record<string, unknown>[] {
  const parts = Array.isArray(value) ? value : Object.values(asObject(value))
  const items: Record<string, unknown>[] = []
  for (const part of parts.slice(0, 100).map(asObject)) {
    const last = items.at(-1)
    const goesOn = last !== undefined && !('id' in part)
    if (goesOn) Object.assign(last, part)
    else items.push({ ...part })
  }
  return items
}
