import { isObject } from './scan.ts'

/**
 * The values of a property as a list: JSON-LD makes no difference between one value and a list of one, between no
 * value and null, between a list and a list in a list, or between an id and an object that has nothing but an id.
 */
export function valuesOf(node: Record<string, unknown>, word: string, limit = 1_000): unknown[] {
  const value = node[word]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return [simplify(value)]
  const flat: unknown[] = value.some(Array.isArray) ? value.flat(32) : value
  return flat
    .filter((item) => item !== null)
    .slice(0, limit)
    .map(simplify)
}

function simplify(value: unknown): unknown {
  if (!isObject(value) || !('id' in value)) return value
  return Object.keys(value).every((key) => key === 'id' || key === '@context') ? value['id'] : value
}

export function objectsOf(
  node: Record<string, unknown>,
  word: string,
  limit?: number,
): Record<string, unknown>[] {
  return valuesOf(node, word, limit).filter(isObject)
}

export function typesOf(node: Record<string, unknown>): string[] {
  return valuesOf(node, 'type').filter((type) => typeof type === 'string')
}

export function hasType(node: Record<string, unknown>, type: string): boolean {
  return typesOf(node).includes(type)
}

/** The first value that is a string. */
export function stringOf(node: Record<string, unknown>, word: string): string | undefined {
  return valuesOf(node, word).find((value) => typeof value === 'string')
}
