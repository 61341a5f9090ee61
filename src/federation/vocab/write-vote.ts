import { plainContext } from './write-contexts.ts'

type Json = Record<string, unknown>

/**
 * A choice in somebody's poll, as Mastodon writes it: a Note that has a name and no content.
 * @param vote.id of our row; names the document, under the actor
 */
export function writeVote(vote: {
  id: string
  actor: string
  to: string
  inReplyTo: string
  name: string
}): Json {
  const { actor, inReplyTo, name } = vote
  const id = `${actor}#votes/${vote.id}`
  const to = [vote.to]
  const object = { id, type: 'Note', attributedTo: actor, to, inReplyTo, name }
  return { '@context': plainContext, id: `${id}/activity`, type: 'Create', actor, to, object }
}
