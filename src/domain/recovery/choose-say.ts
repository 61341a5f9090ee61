import type { Say } from '../../store/recovery-followers.ts'

/** How the followers on a server are told, or in a few words why nothing can tell them. */
export type Choice = { readonly say: Say } | { readonly reason: string }

/** They look at nothing but an Update of the profile, and once: a Move makes them ask the old server. */
const misskeys = ['misskey', 'sharkey', 'cherrypick', 'yojo-art', 'meisskey', 'foundkey']

/** They believe only who was met before. */
const snacs = ['snac', 'snac2']

/** A Move does nothing there, or makes them ask the old server, which is gone. */
const deaf = [
  'takahe',
  'lemmy',
  'peertube',
  'pixelfed',
  'wordpress',
  'iceshrimp',
  'iceshrimp.net',
  'firefish',
  'calckey',
]

/** What somebody else brings does not count there, whoever signed it. */
const onlyByKey = ['gotosocial', 'akkoma', 'pleroma', 'bookwyrm', ...snacs]

/** They take whom a Move names from inside it, or ask the old server. */
const embedding = ['hollo']

/**
 * What each software believes of an account whose server is gone, as read in their sources.
 * @param software as NodeInfo names it, in lower case; null when nobody knows: it is taken for one like Mastodon
 * @param by whether we have the former key, and if not, which letters
 * @param isMet whether their server has seen the account as it is here
 */
export function chooseSay(
  software: string | null,
  by: { readonly hasKey: boolean; readonly letters: ReadonlySet<string> },
  isMet: boolean,
): Choice {
  const name = software ?? ''
  if (deaf.includes(name))
    return by.hasKey
      ? { say: 'notice' }
      : { reason: `${name} does not act on moves, and a note needs the key` }
  if (!by.hasKey && onlyByKey.includes(name))
    return { reason: `${name} believes only the former key, which the kit did not have` }
  if (snacs.includes(name)) return { say: isMet ? 'move' : 'meet' }
  if (misskeys.includes(name)) return say('update', by)
  return say(embedding.includes(name) ? 'move_embedded' : 'move', by)
}

function say(
  kind: 'move' | 'move_embedded' | 'update',
  { hasKey, letters }: Parameters<typeof chooseSay>[1],
): Choice {
  return hasKey || letters.has(kind)
    ? { say: kind }
    : { reason: 'the kit has no letter that they would believe' }
}
