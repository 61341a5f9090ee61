import type { RemoteActor, RemoteServer } from './remote-server.ts'
import { activityOf } from './remote-server.ts'

type Json = Record<string, any>

const AS = 'https://www.w3.org/ns/activitystreams'
const gts = 'https://gotosocial.org/ns#'

/** The terms that Mastodon 4.5 puts before a post. */
export const mastodonNoteContext = [
  AS,
  {
    ostatus: 'http://ostatus.org#',
    atomUri: 'ostatus:atomUri',
    sensitive: 'as:sensitive',
    quote: { '@id': 'https://w3id.org/fep/044f#quote', '@type': '@id' },
    quoteUri: 'http://fedibird.com/ns#quoteUri',
    _misskey_quote: 'https://misskey-hub.net/ns#_misskey_quote',
    quoteAuthorization: { '@id': 'https://w3id.org/fep/044f#quoteAuthorization', '@type': '@id' },
    gts,
    interactionPolicy: { '@id': 'gts:interactionPolicy', '@type': '@id' },
    canQuote: { '@id': 'gts:canQuote', '@type': '@id' },
    automaticApproval: { '@id': 'gts:automaticApproval', '@type': '@id' },
    manualApproval: { '@id': 'gts:manualApproval', '@type': '@id' },
  },
]

const requestContext = [...mastodonNoteContext, { QuoteRequest: 'https://w3id.org/fep/044f#QuoteRequest' }]

/** A link to the quoted post at the head of a post, as Mastodon writes it. */
const inlineQuote = (uri: string): string =>
  `<p class="quote-inline">RE: <a href="${uri}" target="_blank" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">x</span><span class="invisible"></span></a></p>`

/** What Mastodon 4.5 adds to a post that quotes. */
export function mastodonQuote(uri: string, stamp?: string): Json {
  return {
    content: `${inlineQuote(uri)}<p>Look</p>`,
    quote: uri,
    _misskey_quote: uri,
    quoteUri: uri,
    ...(stamp === undefined ? {} : { quoteAuthorization: stamp }),
  }
}

/** Mastodon's policy on its posts: only quotes are spoken of. */
export const mayBeQuotedBy = (...parties: string[]): Json => ({
  interactionPolicy: { canQuote: { automaticApproval: parties } },
})

export function quoteRequestOf(actor: RemoteActor, quoted: string, instrument: Json | string): Json {
  return {
    ...activityOf(actor, 'QuoteRequest', { object: quoted, instrument }),
    '@context': requestContext,
  }
}

/** An Accept or Reject of a request, as Mastodon writes it: with the request inside, and nothing inside that. */
export function quoteAnswerOf(
  actor: RemoteActor,
  type: 'Accept' | 'Reject',
  request: Json,
  stamp?: string,
): Json {
  const { id, actor: requester, object, instrument } = request
  const about = {
    id,
    type: 'QuoteRequest',
    actor: requester,
    object,
    instrument: instrument.id ?? instrument,
  }
  const more = stamp === undefined ? {} : { result: stamp }
  return { ...activityOf(actor, type, { to: requester, object: about, ...more }), '@context': requestContext }
}

/** A stamp in the shape of Mastodon 4.5, served under its id. */
export function serveStamp(
  server: RemoteServer,
  author: RemoteActor,
  posts: { quoting: string; quoted: string },
  changes: Json = {},
): string {
  const path = `${new URL(author.uri).pathname}/quote_authorizations/${++serial}`
  const stamp = {
    '@context': [
      AS,
      {
        gts,
        QuoteAuthorization: 'https://w3id.org/fep/044f#QuoteAuthorization',
        interactingObject: { '@id': 'gts:interactingObject' },
        interactionTarget: { '@id': 'gts:interactionTarget' },
      },
    ],
    id: server.origin + path,
    type: 'QuoteAuthorization',
    attributedTo: author.uri,
    interactingObject: posts.quoting,
    interactionTarget: posts.quoted,
    ...changes,
  }
  server.serve(path, stamp)
  return server.origin + path
}

let serial = 0

/** Serves a post under its id. */
export function servePost(server: RemoteServer, note: Json): void {
  server.serve(new URL(note['id']).pathname, { '@context': mastodonNoteContext, ...note })
}
