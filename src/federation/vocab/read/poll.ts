import type { PollDraft } from '../../../domain/drafts.ts'
import { compact, countOf, dateOf, flagOf, lineOf } from './fields.ts'
import { objectsOf, valuesOf } from './values.ts'

const MAX_OPTIONS = 20
const MAX_NAME = 500

/** https://www.w3.org/TR/activitystreams-vocabulary/#questions, with the counts where Mastodon puts them. */
export function pollOf(node: Record<string, unknown>, now: Date): PollDraft | undefined {
  const multiple = valuesOf(node, 'oneOf').length === 0
  const options = objectsOf(node, multiple ? 'anyOf' : 'oneOf', MAX_OPTIONS).map((option) => ({
    name: lineOf(option, 'name', MAX_NAME) ?? '',
    votes: votesOf(option),
  }))
  if (options.length === 0) return undefined
  const closed = flagOf(node, 'closed') ? now : dateOf(node, 'closed')
  return compact({
    multiple,
    options,
    endTime: dateOf(node, 'endTime') ?? dateOf(node, 'closed'),
    closed: closed !== undefined && closed <= now,
    votersCount: countOf(node, 'votersCount'),
  })
}

function votesOf(option: Record<string, unknown>): number {
  const [replies] = objectsOf(option, 'replies')
  return (replies && countOf(replies, 'totalItems')) ?? 0
}
