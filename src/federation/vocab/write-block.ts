import type { Home } from '../../domain/accounts/addresses.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import type { Actor } from '../../store/actors.ts'
import { withContext } from './write-follow.ts'

type Json = Record<string, unknown>
type BlockOf = { readonly blockId: string; readonly targetUri: string }

/** https://www.w3.org/TR/activitystreams-vocabulary/#dfn-block, addressed to nobody but whom it is about. */
export function writeBlock(home: Home, account: Actor, { blockId, targetUri }: BlockOf): Json {
  const actor = actorUri(home, account)
  return { id: `${actor}#blocks/${blockId}`, type: 'Block', actor, object: targetUri, to: [targetUri] }
}

/** Carries the whole Block, so that a receiver needs to keep no ids. */
export function writeUnblock(home: Home, account: Actor, block: BlockOf): Json {
  const object = writeBlock(home, account, block)
  const { actor, to } = object
  return withContext({ id: `${String(object['id'])}/undo`, type: 'Undo', actor, to, object })
}
