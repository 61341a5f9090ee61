import { z } from 'zod'
import { filterContexts } from '../../domain/filters/keep-filter.ts'
import { read, texts } from '../input.ts'

/** Where a filter holds. */
export const contexts = texts(5, 20).pipe(z.array(z.enum(filterContexts, 'is not a context')))

/** An empty one takes the end away; without one it stays. */
export function readExpiry(now: Date, input: Readonly<Record<string, unknown>>): Date | null | undefined {
  if (!('expires_in' in input)) return undefined
  const shape = { expires_in: z.preprocess((value) => Number(value ?? 0), z.number().int().min(0).max(3e9)) }
  const { expires_in: seconds } = read(input, shape)
  return seconds === 0 ? null : new Date(now.getTime() + seconds * 1000)
}
