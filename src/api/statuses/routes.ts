import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { route, type Call, type Route } from '../route.ts'
import type { Scope } from '../../domain/auth/scopes.ts'
import { bookmark, unbookmark } from './bookmark.ts'
import { createStatus } from './create-status.ts'
import { deleteStatus } from './delete-status.ts'
import { editStatus } from './edit-status.ts'
import { favourite, unfavourite } from './favourite.ts'
import { listFavouritedBy, listRebloggedBy } from './list-doers.ts'
import { listOwnBookmarks, listOwnFavourites } from './list-kept.ts'
import { muteConversation, unmuteConversation } from './mute.ts'
import { pin, unpin } from './pin.ts'
import { editInteractionPolicy, listQuotes, revokeQuoteOf } from './quotes.ts'
import { listReactions, react, takeReactionBack } from './react.ts'
import { reblog, unreblog } from './reblog.ts'
import { showContext } from './show-context.ts'
import { showHistory } from './show-history.ts'
import { showSource } from './show-source.ts'
import { showStatus, showStatuses } from './show-status.ts'

const status = '/api/v1/statuses/:id'
const reactions = '/api/v1/pleroma/statuses/:id/reactions'

/** What anybody may read, as far as they may see the status. */
function readable(path: string, handle: (ctx: Context, call: Call) => Promise<unknown>): Route {
  return route({ method: 'GET', path, access: 'anybody', scopes: ['read:statuses'], handle })
}

/** What a member does with a status. */
function deed(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  scope: Scope,
  handle: (ctx: Context, call: Call<Actor>) => Promise<unknown>,
): Route {
  return route({ method, path, access: 'member', scopes: [scope], handle })
}

/** What other servers are asked to take back. */
function deletion(
  method: 'POST' | 'DELETE',
  path: string,
  handle: (ctx: Context, call: Call<Actor>) => Promise<unknown>,
): Route {
  return route({ method, path, access: 'member', scopes: ['write:statuses'], counts: 'deletions', handle })
}

/** What is for the one who asks. */
function own(
  path: string,
  scope: Scope,
  handle: (ctx: Context, call: Call<Actor>) => Promise<unknown>,
): Route {
  return route({ method: 'GET', path, access: 'member', scopes: [scope], handle })
}

export const statusRoutes: readonly Route[] = [
  deed('POST', '/api/v1/statuses', 'write:statuses', createStatus),
  readable('/api/v1/statuses', showStatuses),
  readable(status, showStatus),
  deed('PUT', status, 'write:statuses', editStatus),
  deletion('DELETE', status, deleteStatus),
  readable(`${status}/context`, showContext),
  own(`${status}/source`, 'read:statuses', showSource),
  readable(`${status}/history`, showHistory),
  readable(`${status}/favourited_by`, listFavouritedBy),
  readable(`${status}/reblogged_by`, listRebloggedBy),
  deed('POST', `${status}/favourite`, 'write:favourites', favourite),
  deed('POST', `${status}/unfavourite`, 'write:favourites', unfavourite),
  deed('POST', `${status}/reblog`, 'write:statuses', reblog),
  deletion('POST', `${status}/unreblog`, unreblog),
  deed('POST', `${status}/bookmark`, 'write:bookmarks', bookmark),
  deed('POST', `${status}/unbookmark`, 'write:bookmarks', unbookmark),
  deed('POST', `${status}/mute`, 'write:mutes', muteConversation),
  deed('POST', `${status}/unmute`, 'write:mutes', unmuteConversation),
  deed('POST', `${status}/pin`, 'write:accounts', pin),
  deed('POST', `${status}/unpin`, 'write:accounts', unpin),
  own(`${status}/quotes`, 'read:statuses', listQuotes),
  deed('POST', `${status}/quotes/:quoting_status_id/revoke`, 'write:statuses', revokeQuoteOf),
  deed('PUT', `${status}/interaction_policy`, 'write:statuses', editInteractionPolicy),
  own('/api/v1/bookmarks', 'read:bookmarks', listOwnBookmarks),
  own('/api/v1/favourites', 'read:favourites', listOwnFavourites),
  readable(reactions, listReactions),
  readable(`${reactions}/:emoji`, listReactions),
  deed('PUT', `${reactions}/:emoji`, 'write:statuses', react),
  deed('DELETE', `${reactions}/:emoji`, 'write:statuses', takeReactionBack),
]
