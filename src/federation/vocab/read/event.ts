import { lineOf } from './fields.ts'
import { objectsOf } from './values.ts'

const MAX_PART = 200

/** https://schema.org/PostalAddress, as Mobilizon writes it. */
const postalParts = ['streetAddress', 'postalCode', 'addressLocality', 'addressRegion', 'addressCountry']

/**
 * Where something takes place, on one line: the name of the first Place, and its address, which Mobilizon gives in
 * parts and Gancio as a line.
 */
export function placeOf(node: Record<string, unknown>): string | undefined {
  const [place] = objectsOf(node, 'location')
  if (!place) return undefined
  const [address] = objectsOf(place, 'address')
  const parts = address
    ? postalParts.map((word) => lineOf(address, word, MAX_PART))
    : [lineOf(place, 'address', MAX_PART)]
  const named = [lineOf(place, 'name', MAX_PART), ...parts].filter(
    (part) => part !== undefined && part !== '',
  )
  return [...new Set(named)].join(', ') || undefined
}
