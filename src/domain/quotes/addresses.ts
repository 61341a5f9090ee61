import { isId } from '../../lib/ids.ts'
import { actorUri, type Addressed, type Home } from '../accounts/addresses.ts'

/** The id of a stamp by an account of ours, who is quoted. */
export function quoteAuthorizationUri(home: Home, quoted: Addressed, id: string): string {
  return `${actorUri(home, quoted)}/quote_authorizations/${id}`
}

/** The id of the request to let a post of ours quote. A post quotes one other at most. */
export function quoteRequestUri(home: Home, author: Addressed, postId: string): string {
  return `${actorUri(home, author)}#quote_requests/${postId}`
}

/** The post that a request of ours was about. */
export function localQuoteRequestId(home: Home, uri: string): string | undefined {
  if (!uri.startsWith(`${home.origin}/`)) return undefined
  return onlyId(/#quote_requests\/(\d+)$/.exec(uri))
}

function onlyId(match: RegExpExecArray | null): string | undefined {
  const id = match?.[1] ?? ''
  return isId(id) ? id : undefined
}
