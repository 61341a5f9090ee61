import { z } from 'zod'

const clamp = (value: number): number => Math.min(1, Math.max(-1, value))

/** `x,y` or both in a list; numbers as any language writes them (`.5`, `1.0E-4`), beside which may be spaces. */
function split(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined
  const parts = Array.isArray(value) ? value : String(value).split(',')
  return parts.map((part) => (String(part).trim() === '' ? Number.NaN : Number(part)))
}

/** Each from -1 to 1, or brought there: https://docs.joinmastodon.org/api/guidelines/#focal-points */
export const focus = z.preprocess(
  split,
  z
    .tuple([z.number(), z.number()], 'is not a pair of numbers')
    .transform(([x, y]): [number, number] => [clamp(x), clamp(y)])
    .optional(),
)
