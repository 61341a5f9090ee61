const AS = 'https://www.w3.org/ns/activitystreams#'
const SEC = 'https://w3id.org/security#'
const TOOT = 'http://joinmastodon.org/ns#'
const LITEPUB = 'http://litepub.social/ns#'
const GOTOSOCIAL = 'https://gotosocial.org/ns#'
const QUOTES = 'https://w3id.org/fep/044f#'

/** How a term's values look: an address or object, text, text by language, a list in order, or the name of a type. */
export type TermKind = 'id' | 'text' | 'languages' | 'list' | 'type'

/** A word that the readers know. `iris`: what it may stand for, the first being the one that we mean ourselves. */
export type Term = { iris: readonly string[]; kind: TermKind }

export const PUBLIC = `${AS}Public`

/**
 * Every word that a reader looks at, with its meaning in JSON-LD. A reader that needs another word adds it here:
 * what is not listed is not there in a document that came through JSON-LD.
 */
export const vocabulary: ReadonlyMap<string, Term> = new Map([
  ...terms(AS, 'id', [
    ...['actor', 'object', 'target', 'to', 'cc', 'attributedTo', 'inReplyTo', 'context', 'replies', 'tag'],
    ...['attachment', 'icon', 'image', 'url', 'href', 'oneOf', 'anyOf', 'outbox', 'followers', 'following'],
    ...['endpoints', 'sharedInbox', 'alsoKnownAs', 'movedTo', 'quoteUrl', 'location'],
  ]),
  ...terms(AS, 'text', [
    ...[
      'published',
      'updated',
      'startTime',
      'endTime',
      'closed',
      'mediaType',
      'width',
      'height',
      'totalItems',
      'source',
    ],
    ...['rel', 'preferredUsername', 'sensitive', 'manuallyApprovesFollowers', 'content', 'name', 'summary'],
  ]),
  ...['content', 'name', 'summary'].map((name) => term(`${name}Map`, 'languages', [AS + name])),
  ...terms(AS, 'type', [
    ...[
      'Accept',
      'Add',
      'Announce',
      'Block',
      'Create',
      'Delete',
      'Dislike',
      'Flag',
      'Follow',
      'Like',
      'Move',
    ],
    ...['Reject', 'Remove', 'Undo', 'Update'],
    ...['Note', 'Article', 'Page', 'Question', 'Image', 'Video', 'Audio', 'Event', 'Document', 'Tombstone'],
    ...['Person', 'Service', 'Group', 'Organization', 'Application'],
    ...['Link', 'Mention', 'Hashtag', 'Collection', 'OrderedCollection'],
  ]),
  ...terms(SEC, 'id', ['publicKey', 'owner', 'assertionMethod', 'controller']),
  ...terms(SEC, 'text', ['publicKeyPem', 'publicKeyMultibase']),
  ...terms(SEC, 'type', ['Multikey']),
  ...terms(TOOT, 'id', ['featured', 'featuredTags']),
  ...terms(TOOT, 'text', ['blurhash', 'discoverable', 'indexable', 'memorial', 'suspended', 'votersCount']),
  ...terms(TOOT, 'type', ['Emoji']),
  term('focalPoint', 'list', [`${TOOT}focalPoint`]),
  ...terms(LITEPUB, 'type', ['EmojiReact']),
  term('inbox', 'id', ['http://www.w3.org/ns/ldp#inbox']),
  term('conversation', 'id', ['http://ostatus.org#conversation']),
  ...terms(AS, 'id', ['instrument', 'result']),
  ...terms(QUOTES, 'id', ['quote', 'quoteAuthorization']),
  ...terms(QUOTES, 'type', ['QuoteRequest', 'QuoteAuthorization']),
  ...terms(GOTOSOCIAL, 'id', [
    ...['interactionPolicy', 'canLike', 'canReply', 'canAnnounce', 'canQuote', 'always', 'approvalRequired'],
    ...['automaticApproval', 'manualApproval', 'interactingObject', 'interactionTarget'],
  ]),
  term('quoteUri', 'id', ['http://fedibird.com/ns#quoteUri']),
  term('_misskey_quote', 'id', [
    'https://misskey-hub.net/ns#_misskey_quote',
    'https://misskey-hub.net/ns/#_misskey_quote',
    'https://misskey.io/ns#_misskey_quote',
  ]),
  term('_misskey_reaction', 'text', [
    'https://misskey-hub.net/ns#_misskey_reaction',
    'https://misskey.io/ns#_misskey_reaction',
  ]),
  schemaOrg('PropertyValue', 'type'),
  schemaOrg('value', 'text'),
  schemaOrg('language', 'text', 'inLanguage'),
  schemaOrg('identifier', 'text'),
  ...['address', 'streetAddress', 'postalCode', 'addressLocality', 'addressRegion', 'addressCountry'].map(
    (name) => schemaOrg(name, 'text'),
  ),
])

/** The other direction: the word for a meaning. */
export const termByIri: ReadonlyMap<string, string> = new Map(
  [...vocabulary].flatMap(([name, { iris, kind }]) =>
    kind === 'languages' ? [] : iris.map((iri): [string, string] => [iri, name]),
  ),
)

/**
 * The vocabulary as a JSON-LD context that lies under a document's own: a word that the document's context leaves
 * undefined has its customary meaning, because half of the fediverse never defines `sensitive`.
 */
export const customaryContext: Record<string, unknown> = {
  as: AS,
  id: '@id',
  type: '@type',
  ...Object.fromEntries(
    [...vocabulary].map(([name, { iris, kind }]) => [name, { '@id': iris[0], ...coercion(kind) }]),
  ),
}

function coercion(kind: TermKind): Record<string, string> {
  if (kind === 'id') return { '@type': '@id' }
  if (kind === 'languages') return { '@container': '@language' }
  return kind === 'list' ? { '@container': '@list' } : {}
}

function term(name: string, kind: TermKind, iris: readonly string[]): [string, Term] {
  return [name, { iris, kind }]
}

function terms(namespace: string, kind: TermKind, names: readonly string[]): [string, Term][] {
  return names.map((name) => term(name, kind, [namespace + name]))
}

/** Nobody agrees on how the namespace of schema.org is written; Mastodon itself writes `http://schema.org#`. */
function schemaOrg(name: string, kind: TermKind, property = name): [string, Term] {
  const spellings = ['http://schema.org#', 'http://schema.org/', 'https://schema.org/', 'https://schema.org#']
  return term(
    name,
    kind,
    spellings.map((namespace) => namespace + property),
  )
}
