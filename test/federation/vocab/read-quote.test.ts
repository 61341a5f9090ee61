import { describe, expect, test } from 'vitest'
import { toCanonical } from '../../../src/federation/vocab/read-canonical.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { readQuoteAuthorization } from '../../../src/federation/vocab/read-quote-authorization.ts'
import { noteContext, quoteContext } from '../../../src/federation/vocab/write-contexts.ts'
import { mastodonNoteContext } from '../../support/quotes.ts'
import { activityOf, AS, contextsFrom, type Json, noteOf, plain, PUBLIC } from './read-support.ts'

const quoted = 'https://b.test/users/bo/statuses/7'
const author = 'https://a.test/users/al'
const simple: Json = { '@context': AS, id: 'https://a.test/1', type: 'Note', attributedTo: author }
const e232 = {
  type: 'Link',
  mediaType: 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
  rel: 'https://misskey-hub.net/ns#_misskey_quote',
  name: 'RE: https://b.test/@bo/7',
  href: quoted,
}

/** Posts that quote, as the software of that name writes them. */
const quotes: Record<string, Json> = {
  Mastodon: {
    ...simple,
    '@context': mastodonNoteContext,
    quote: quoted,
    _misskey_quote: quoted,
    quoteUri: quoted,
  },
  Misskey: {
    ...simple,
    '@context': [
      AS,
      {
        quoteUrl: 'as:quoteUrl',
        misskey: 'https://misskey-hub.net/ns#',
        _misskey_content: 'misskey:_misskey_content',
        _misskey_quote: 'misskey:_misskey_quote',
      },
    ],
    _misskey_content: 'Look',
    _misskey_quote: quoted,
    quoteUrl: quoted,
    tag: [e232],
  },
  Fedibird: {
    ...simple,
    '@context': [
      AS,
      {
        fedibird: 'http://fedibird.com/ns#',
        quoteUri: 'fedibird:quoteUri',
        expiry: 'fedibird:expiry',
        misskey: 'https://misskey-hub.net/ns#',
        _misskey_quote: 'misskey:_misskey_quote',
      },
    ],
    quoteUri: quoted,
    _misskey_quote: quoted,
  },
  Akkoma: {
    ...simple,
    '@context': [AS, 'https://a.test/schemas/litepub-0.1.jsonld', { '@language': 'und' }],
    quoteUri: quoted,
    quoteUrl: quoted,
    tag: [e232],
  },
  'FEP-e232': { ...simple, tag: [e232] },
  'FEP-e232 with a slash': {
    ...simple,
    tag: { ...e232, rel: 'https://misskey-hub.net/ns/#_misskey_quote' },
  },
  'a post that has a quote embedded': { ...simple, quote: { id: quoted, type: 'Note', content: 'Hi' } },
}

describe('a quote', () => {
  test.each(Object.entries(quotes))('by %s', async (_name, document) => {
    expect(noteOf(document)).toMatchObject({ quoteUri: quoted })
    const canonical = await toCanonical(
      { ...document, '@context': [document['@context'], {}] },
      contextsFrom(),
    )
    expect(canonical.ok && readNote(canonical.value)).toMatchObject({ note: { quoteUri: quoted } })
  })

  test('with the stamp of whoever is quoted', () => {
    const stamp = 'https://b.test/users/bo/quote_authorizations/1'
    const note = noteOf({ ...quotes['Mastodon'], quoteAuthorization: stamp })
    expect(note).toMatchObject({ quoteUri: quoted, quoteAuthorization: stamp })
    expect(noteOf(quotes['Mastodon'])).not.toHaveProperty('quoteAuthorization')
  })

  test('that was deleted quotes nothing, and so does one whose link is of another kind', () => {
    expect(noteOf({ ...simple, quote: { type: 'Tombstone' } })).not.toHaveProperty('quoteUri')
    expect(noteOf({ ...simple, tag: [{ ...e232, rel: 'next' }] })).not.toHaveProperty('quoteUri')
  })
})

describe('a policy', () => {
  const followers = `${author}/followers`
  const policyOf = async (interactionPolicy: unknown, context: unknown = 'https://gotosocial.org/ns') => {
    const document = { ...simple, '@context': [AS, context], interactionPolicy }
    const canonical = await toCanonical(document, contextsFrom())
    const read = canonical.ok ? readNote(canonical.value) : canonical
    if (!read.ok) throw new Error(read.problem)
    return read.note.interactionPolicy
  }

  test('of GoToSocial, which says everything in its old words and its new ones', async () => {
    const everybody = {
      always: [PUBLIC],
      approvalRequired: [],
      automaticApproval: [PUBLIC],
      manualApproval: [],
    }
    const policy = await policyOf({
      canLike: everybody,
      canReply: {
        always: [author, followers],
        approvalRequired: ['as:Public'],
        automaticApproval: [author, followers],
        manualApproval: [PUBLIC],
      },
      canAnnounce: { always: author, approvalRequired: [] },
      canQuote: { automaticApproval: [author], manualApproval: [] },
    })
    expect(policy).toEqual({
      canLike: { automatic: [PUBLIC], manual: [] },
      canReply: { automatic: [author, followers], manual: [PUBLIC] },
      canAnnounce: { automatic: [author], manual: [] },
      canQuote: { automatic: [author], manual: [] },
    })
  })

  test('of Mastodon, which speaks of quotes alone', async () => {
    const policy = { canQuote: { automaticApproval: [PUBLIC] } }
    expect(await policyOf(policy, mastodonNoteContext[1])).toEqual({
      canQuote: { automatic: [PUBLIC], manual: [] },
    })
  })

  test('that lists nobody forbids; what is no policy says nothing', async () => {
    expect(await policyOf({ canReply: {} })).toEqual({ canReply: { automatic: [], manual: [] } })
    expect(await policyOf({ canReply: { always: [7, null, 'nobody'] } })).toEqual({
      canReply: { automatic: [], manual: [] },
    })
    for (const nothing of [undefined, null, 'https://a.test/policy', [], 7])
      expect(await policyOf(nothing)).toBeUndefined()
    expect(await policyOf({ canReply: 'https://a.test/x', canLike: null })).toEqual({})
  })

  test('lists at most fifty parties', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `https://a.test/users/${index}`)
    const permission = (await policyOf({ canQuote: { automaticApproval: many, always: many } }))?.canQuote
    expect(permission?.automatic).toEqual(many.slice(0, 50))
  })
})

describe('a request to quote', () => {
  const request = {
    '@context': [...mastodonNoteContext, { QuoteRequest: 'https://w3id.org/fep/044f#QuoteRequest' }],
    id: 'https://a.test/users/al#quote_requests/1',
    type: 'QuoteRequest',
    actor: author,
    object: quoted,
  }

  test('names the post that quotes, or has it inside', () => {
    const read = (instrument: unknown) => activityOf({ ...request, instrument })
    expect(read('https://a.test/1')).toMatchObject({
      type: 'QuoteRequest',
      object: { id: quoted },
      instrument: { id: 'https://a.test/1' },
    })
    const { '@context': _, ...note } = quotes['Mastodon']!
    expect(read(note)).toMatchObject({
      instrument: { id: 'https://a.test/1', embedded: { quote: quoted } },
    })
    expect(read(undefined)).not.toHaveProperty('instrument')
  })

  test('is answered with a stamp', () => {
    const stamp = 'https://b.test/users/bo/quote_authorizations/1'
    for (const result of [stamp, { id: stamp, type: 'QuoteAuthorization' }]) {
      const accept = { ...request, id: 'https://b.test/2', type: 'Accept', object: request, result }
      expect(activityOf(accept)).toMatchObject({ type: 'Accept', result: stamp })
    }
  })
})

describe('a stamp', () => {
  const stamp = {
    '@context': [AS, quoteContext],
    id: 'https://b.test/users/bo/quote_authorizations/1',
    type: 'QuoteAuthorization',
    attributedTo: 'https://b.test/users/bo',
    interactingObject: 'https://a.test/1',
    interactionTarget: quoted,
  }

  test('says who lets which post quote which', () => {
    const { '@context': _, type: __, ...authorization } = stamp
    expect(readQuoteAuthorization(plain(stamp))).toEqual({ ok: true, authorization })
    const embedded = { ...stamp, interactionTarget: { id: quoted, type: 'Note', content: 'Hi' } }
    expect(readQuoteAuthorization(plain(embedded))).toEqual({ ok: true, authorization })
  })

  test.each([
    [{ type: 'Note' }, 'unsupported-type'],
    [{ type: ['QuoteAuthorization', 'Note'] }, 'mixed-types'],
    [{ id: undefined }, 'no-id'],
    [{ attributedTo: undefined }, 'no-author'],
    [{ attributedTo: author }, 'foreign-author'],
    [{ interactingObject: undefined }, 'no-object'],
    [{ interactionTarget: [] }, 'no-object'],
  ])('is none with %j', (change, problem) => {
    expect(readQuoteAuthorization(plain({ ...stamp, ...change }))).toEqual({ ok: false, problem })
  })
})

test('Our own words for all this mean what they say', async () => {
  const document = {
    ...simple,
    '@context': [...noteContext, quoteContext],
    quote: quoted,
    quoteUrl: quoted,
    quoteUri: quoted,
    _misskey_quote: quoted,
    quoteAuthorization: 'https://b.test/1',
    interactionPolicy: { canQuote: { automaticApproval: [PUBLIC] } },
  }
  const { '@context': _, ...words } = plain(document) as unknown as Json
  expect(noteOf(document)).toEqual(noteOf({ '@context': AS, ...words }))
  expect(noteOf(document)).toMatchObject({ quoteUri: quoted, quoteAuthorization: 'https://b.test/1' })
})
