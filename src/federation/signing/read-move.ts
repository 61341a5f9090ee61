import { canonicalHost } from '../../lib/canonical-host.ts'
import type { Node } from './json-ld.ts'

const AS = 'https://www.w3.org/ns/activitystreams#'

/** An actor says that it has gone elsewhere. */
export type StatedMove = { readonly id: string; readonly actor: string; readonly target: string }

/**
 * The move in a set of statements: a Move of its own actor, or an Update of its own actor that sets `movedTo`. Of the
 * document's form nothing is looked at, since a signature says nothing of it: the activity must be the one that
 * nothing else in the set points at, and have one type, one actor, one object and one target.
 * @param id of the activity
 * @returns undefined for everything else
 */
export function readStatedMove(nodes: readonly Node[], id: string): StatedMove | undefined {
  const activity = soleNode(nodes, id)
  if (activity === undefined || nodes.some((node) => pointsAt(node, id))) return undefined
  const actor = soleIri(activity, 'actor')
  if (actor === undefined || soleIri(activity, 'object') !== actor) return undefined
  const target = targetOf(nodes, activity, actor)
  const host = canonicalHost(actor)
  if (target === undefined || target === actor || host === undefined || canonicalHost(id) !== host)
    return undefined
  return { id, actor, target }
}

function targetOf(nodes: readonly Node[], activity: Node, actor: string): string | undefined {
  const types = listOf(activity['@type'])
  if (types.length !== 1) return undefined
  if (types[0] === `${AS}Move`) return soleIri(activity, 'target')
  const subject = types[0] === `${AS}Update` ? soleNode(nodes, actor) : undefined
  return subject && soleIri(subject, 'movedTo')
}

function soleNode(nodes: readonly Node[], id: string): Node | undefined {
  const found = nodes.filter((node) => node['@id'] === id)
  return found.length === 1 ? found[0] : undefined
}

/** The one address that a property has, and nothing else beside it. */
function soleIri(node: Node, property: string): string | undefined {
  const values = listOf(node[AS + property])
  const [value] = values
  const isReference = values.length === 1 && typeof value === 'object' && value !== null && '@id' in value
  const iri = isReference ? value['@id'] : undefined
  return typeof iri === 'string' && /^https?:\/\//.test(iri) ? iri : undefined
}

function pointsAt(value: unknown, id: string, isSubject = true): boolean {
  if (value === id) return !isSubject
  if (Array.isArray(value)) return value.some((item) => pointsAt(item, id, false))
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => pointsAt(inner, id, isSubject && key === '@id'))
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
