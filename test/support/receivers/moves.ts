import type { Json, Receiver } from './receiver.ts'

export const minuteMs = 60_000
export const dayMs = 24 * 60 * minuteMs

/** What a property names: a string, or the id of an object. */
export function idOf(value: any): string {
  return typeof value === 'string' ? value : value?.id
}

export function hostOf(uri: unknown): string | undefined {
  return typeof uri === 'string' ? URL.parse(uri)?.host : undefined
}

const listOf = (value: unknown): unknown[] => [value ?? []].flat()

export type Target = {
  /** How old what it knows of the new place may be, in milliseconds. Default 0: it always asks. */
  readonly freshMs?: number
  /** Whether the name of the new place must lead back to it by WebFinger. */
  readonly webfinger?: boolean
}

/** The new place, when it names who comes as an alias and has not moved on. @throws Error */
export async function agreeingTarget(
  receiver: Receiver,
  from: string,
  to: string,
  { freshMs = 0, webfinger = false }: Target = {},
): Promise<Json> {
  const known = receiver.actors.get(to)
  const isFresh = known !== undefined && receiver.now() - known.fetchedAt < freshMs
  const { document } = isFresh ? known : await receiver.fetchActor(to)
  if (webfinger) await askName(receiver, document)
  if (!listOf(document['alsoKnownAs']).includes(from)) throw new Error(`${to} does not name ${from}`)
  if (document['movedTo']) throw new Error(`${to} has moved on`)
  return document
}

async function askName(receiver: Receiver, { id, preferredUsername }: Json): Promise<void> {
  const { origin, host } = new URL(id)
  const answer = await receiver.fetch(
    `${origin}/.well-known/webfinger?resource=${encodeURIComponent(`acct:${preferredUsername}@${host}`)}`,
  )
  const self = answer['links'].find((link: Json) => link['rel'] === 'self')
  if (self?.href !== id) throw new Error(`${preferredUsername}@${host} is somebody else`)
}

/** A Move that is pushed: whoever moves says so themselves. @throws Error */
export function readMove({ actor, object, target }: Json): { from: string; to: string } {
  const from = idOf(object)
  if (actor !== from) throw new Error('somebody else moves')
  if (!idOf(target)) throw new Error('no target')
  return { from, to: idOf(target) }
}

/** Only so long after the last one that was carried out. @throws Error */
export function requireRest(receiver: Receiver, from: string, restMs: number): void {
  const since = receiver.now() - (receiver.actors.get(from)?.movedAt ?? -Infinity)
  if (since < restMs) throw new Error(`moved ${since / dayMs} days ago`)
}

export function markMoved(receiver: Receiver, from: string, to: string): void {
  const known = receiver.actors.get(from)
  if (known) Object.assign(known, { movedTo: to, movedAt: receiver.now() })
}
