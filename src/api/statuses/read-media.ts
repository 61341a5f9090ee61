import { z } from 'zod'
import { uploadLimits } from '../../domain/media/limits.ts'
import type { MediaChange } from '../../domain/statuses/edit-attachments.ts'
import { asObject } from '../../lib/as-object.ts'
import { id, read } from '../input.ts'
import { focus } from '../media/focus.ts'
import { invalid } from './validation.ts'

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
    return [{ id: given.id, description: given.description, focalPoint: given.focus }]
  })
}

function requireShort(text: string, limit: number): void {
  if (Array.from(text).length > limit)
    throw invalid(`Description is too long (maximum is ${limit} characters)`)
}

function itemsOf(value: unknown): Record<string, unknown>[] {
  return Object.values(asObject(value)).slice(0, 100).map(asObject)
}
