import { actorUri, type Home } from '../../domain/accounts/addresses.ts'
import { mayInteract, type Permitted } from '../../domain/policy/may-interact.ts'
import { quotePolicyOf } from '../../domain/quotes/quote-policy.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import type { QuoteState } from '../../store/quotes.ts'
import type { StandingWith } from '../../store/standings.ts'
import type { Status } from '../../store/statuses.ts'
import type { StatusJson } from './status.ts'
import type { Surroundings } from './surroundings.ts'

type HiddenState = 'deleted' | 'unauthorized' | 'blocked_account' | 'blocked_domain' | 'muted_account'

/** https://docs.joinmastodon.org/entities/Quote/ */
export type QuoteJson = {
  readonly state: QuoteState | HiddenState
  /** Null unless it was accepted and the viewer may see it. */
  readonly quoted_status: StatusJson | null
}

/** https://docs.joinmastodon.org/entities/ShallowQuote/: of what is quoted itself. */
export type ShallowQuoteJson = { readonly state: QuoteState; readonly quoted_status_id: string | null }

/** @param present shows what is quoted */
export function presentQuote(
  around: Surroundings,
  { quote }: StatusView,
  present: (quoted: StatusView) => StatusJson | undefined,
): QuoteJson | null {
  if (quote === null) return null
  if (quote.state !== 'accepted') return { state: quote.state, quoted_status: null }
  if (quote.isWithheld) return { state: 'unauthorized', quoted_status: null }
  if (quote.view === null) return { state: 'deleted', quoted_status: null }
  const hidden = reasonToHide(around, quote.view)
  if (hidden !== undefined) return { state: hidden, quoted_status: null }
  return { state: 'accepted', quoted_status: present(quote.view) ?? null }
}

/** From the row: what is quoted by what is quoted is not loaded. */
export function presentShallowQuote(around: Surroundings, status: Status): ShallowQuoteJson | null {
  if (status.quoteOfId === null && status.quoteUri === null) return null
  const state = (status.quoteState ?? 'pending') as QuoteState
  const isShown = state === 'accepted' && around.visible.has(status.quoteOfId ?? '')
  return { state, quoted_status_id: isShown ? status.quoteOfId : null }
}

function reasonToHide(around: Surroundings, { status, author }: StatusView): HiddenState | undefined {
  const standing = around.standings.get(author.id)
  if (standing?.blocks === true) return 'blocked_account'
  if (standing?.blocksDomain === true) return 'blocked_domain'
  if (standing?.mutes === true) return 'muted_account'
  return around.visible.has(status.id) ? undefined : 'unauthorized'
}

type Party = 'public' | 'followers' | 'following' | 'unsupported_policy'

/** https://docs.joinmastodon.org/entities/QuoteApproval/ */
export type QuoteApprovalJson = {
  readonly automatic: readonly Party[]
  readonly manual: readonly Party[]
  readonly current_user: 'automatic' | 'manual' | 'denied' | 'unknown'
}

export function presentQuoteApproval(home: Home, around: Surroundings, view: StatusView): QuoteApprovalJson {
  const { viewer, standings } = around
  const standing = standings.get(view.author.id)
  return {
    ...describePolicy(view),
    current_user: viewer === undefined ? 'denied' : answerTo(home, viewer, standing, view),
  }
}

function describePolicy(view: StatusView): Pick<QuoteApprovalJson, 'automatic' | 'manual'> {
  const { status, author } = view
  if (status.isLocal) {
    const policy = quotePolicyOf(status)
    return { automatic: policy === 'nobody' ? [] : [policy], manual: [] }
  }
  const { automatic = [], manual = [] } = status.interactionPolicy?.canQuote ?? {}
  const parties = (uris: readonly string[]) => [...new Set(uris.flatMap((uri) => partyOf(author, uri)))]
  return { automatic: parties(automatic), manual: parties(manual) }
}

const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'

function partyOf({ uri, followersUrl, followingUrl }: Actor, party: string): Party[] {
  if (party === uri) return []
  if (party === publicCollection) return ['public']
  if (party === followersUrl) return ['followers']
  return party === followingUrl ? ['following'] : ['unsupported_policy']
}

const answers: Record<Permitted, QuoteApprovalJson['current_user']> = {
  automatic: 'automatic',
  manual: 'manual',
  forbidden: 'denied',
}

function answerTo(
  home: Home,
  viewer: Actor,
  standing: StandingWith | undefined,
  { status, author }: StatusView,
): QuoteApprovalJson['current_user'] {
  const isOwn = author.id === viewer.id
  if (status.visibility === 'direct' || standing?.isBlockedBy === true) return 'denied'
  if (isOwn) return 'automatic'
  if (status.visibility === 'private') return 'denied'
  const followsAuthor = standing?.follows === true
  if (!status.isLocal)
    return answers[
      mayInteract(status, author, viewer, 'quote', { actorUri: actorUri(home, viewer), followsAuthor })
    ]
  const policy = quotePolicyOf(status)
  return policy === 'public' || (policy === 'followers' && followsAuthor) ? 'automatic' : 'denied'
}
