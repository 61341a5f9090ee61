import type { Config } from '../../config.ts'
import type { LinkedView } from '../../domain/statuses/link-views.ts'
import { writeUpdate } from './write-note.ts'

type Json = Record<string, unknown>

/**
 * An Update that says how a poll stands. It has an id of its own for every moment, and the post no later `updated`:
 * nothing that was said has changed.
 */
export function writePollUpdate(config: Config, view: LinkedView, at: Date): Json | undefined {
  if (view.poll === null) return undefined
  const id = `${view.uri}#updates/${at.getTime()}`
  return { ...writeUpdate(config, view), id, published: at.toISOString() }
}
