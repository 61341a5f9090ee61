import qs from 'qs'
import type { FormField } from '../lib/multipart.ts'

/** Rails' brackets (`fields[0][name]`, `id[]`), bounded in depth and number. */
const brackets = { depth: 5, arrayLimit: 200, allowDots: false } as const
const maxFields = 1000

/** Of what has the form of an address: the query, or a body of type `application/x-www-form-urlencoded`. */
export function parseEncoded(text: string): Record<string, unknown> {
  return parseFields(new URLSearchParams(text))
}

/** The values of a form by the brackets in their names. A plain name that comes again makes a list. */
export function parseFields(fields: Iterable<FormField>): Record<string, unknown> {
  const values = new Map<string, string[]>()
  for (const [name, value] of numberItems([...fields].slice(0, maxFields))) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  const flat = [...values].map(([name, all]) => [name, all.length === 1 ? all[0] : all])
  return qs.parse(Object.fromEntries(flat), brackets)
}

/** `media[][id]` or, within something, `a[media][][id]`. */
const partOfItem = /^([^[\]]+(?:\[[^[\]]+\])*)\[\](\[[^[\]]+\].*)$/s

/** As in Rack, `a[][id]=1&a[][text]=x&a[][id]=2` is two items: a part that the last one has begins the next. */
function numberItems(fields: readonly FormField[]): FormField[] {
  const lists = new Map<string, { index: number; parts: Set<string> }>()
  return fields.map(([name, value]) => {
    const [, list, part] = partOfItem.exec(name) ?? []
    if (list === undefined || part === undefined) return [name, value]
    const last = lists.get(list)
    const goesOn = last !== undefined && (part.endsWith('[]') || !last.parts.has(part))
    const item = goesOn ? last : { index: (last?.index ?? -1) + 1, parts: new Set<string>() }
    item.parts.add(part)
    lists.set(list, item)
    return [`${list}[${item.index}]${part}`, value]
  })
}
