import { describe, expect, test } from 'vitest'
import { toCanonical } from '../../../src/federation/vocab/read-canonical.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { AS, contextsFrom, now, toCanonicalPlain } from './read-support.ts'

const author = 'https://a.test/users/al'
const note = { id: 'https://a.test/1', type: 'Note', attributedTo: author, content: 'Hi' }

function isPlain(context: unknown, more: object = {}): boolean {
  return toCanonicalPlain({ '@context': context, ...note, ...more })?.ok === true
}

describe('contexts that leave our words alone', () => {
  test.each<[string, unknown, object?]>([
    ['the specification', AS],
    ['with http', 'http://www.w3.org/ns/activitystreams'],
    ['with a fragment', `${AS}#`],
    ["Pleroma's, from whichever host", ['https://any.test/schemas/litepub-0.1.jsonld']],
    ["Pleroma's, from a host that nobody reaches", 'http://localhost:4001/schemas/litepub-0.1.jsonld'],
    ["GoToSocial's and Lemmy's", [AS, 'https://gotosocial.org/ns', 'https://join-lemmy.org/context.json']],
    ['undetermined language', [AS, { '@language': 'und' }]],
    ['our word with our meaning', [AS, { sensitive: 'as:sensitive' }], { sensitive: true }],
    [
      'our word in another prefix',
      [AS, { x: `${AS}`, s: `${AS}#`, sensitive: 's:sensitive' }],
      { sensitive: true },
    ],
    [
      'our word with a type',
      [AS, { summary: { '@id': 'as:summary', '@type': 'http://t.test/T' } }],
      { summary: '' },
    ],
    ['a foreign word', [AS, { cat: 'https://cat.test/ns#cat' }], { cat: { content: 'Meow' } }],
    ['a word that is only defined', [AS, { name: 'https://x.test/name', text: 'as:content' }]],
    ['a word that nobody defines', AS, { sensitive: true, blurhash: 'x', nobody: 1 }],
  ])('%s', (_, context, more) => {
    expect(isPlain(context, more)).toBe(true)
  })

  test('no context at all', () => {
    expect(toCanonicalPlain(note)).toEqual({ ok: true, value: note })
  })
})

describe('contexts that need JSON-LD', () => {
  test.each<[string, unknown, object?]>([
    ['an unknown address', [AS, 'https://a.test/context']],
    ['null', [AS, null]],
    ['a language', [AS, { '@language': 'fr' }]],
    ['a base', [AS, { '@base': 'https://b.test/' }]],
    ['a vocabulary', [AS, { '@vocab': 'https://b.test/' }]],
    ['an import', [AS, { '@import': AS }]],
    ['a protected word', [AS, { '@protected': true, cat: 'https://cat.test/ns#cat' }]],
    ['our word for another meaning', [AS, { content: 'https://x.test/content' }]],
    ['our meaning in another word', [AS, { text: 'as:content' }], { text: 'Other' }],
    ['our meaning written in full', AS, { [`${AS}#content`]: 'Other' }],
    ['our meaning with a prefix', AS, { 'as:content': 'Other' }],
    ['our prefix for another place', [AS, { as: 'https://b.test/' }], { to: ['as:Public'] }],
    ['a prefix in an address', [AS, { b: 'https://b.test/' }], { inReplyTo: 'b:1' }],
    ['a relative address', AS, { inReplyTo: '../1' }],
    ['our type for another meaning', [AS, { Note: 'https://x.test/Note' }]],
    ['our type with a prefix', AS, { type: 'as:Note' }],
    ['another name for a keyword', [AS, { name: '@id' }], { name: 'https://b.test/' }],
    ['a word without a definition', [AS, { content: null }]],
    ['a word with a context of its own', [AS, { cat: { '@id': 'https://c.test/', '@context': {} } }]],
    ['our word as JSON', [AS, { content: { '@id': 'as:content', '@type': '@json' } }]],
    ['our word by language', [AS, { content: { '@id': 'as:content', '@container': '@language' } }]],
    [
      'a protected word defined anew',
      ['https://w3id.org/security/data-integrity/v1', { proof: 'https://x.test/p' }],
    ],
    ['words that refer to each other', [AS, { one: 'two', two: 'one' }]],
    ['a keyword among the keys', AS, { '@type': 'Note' }],
    ['an unknown context inside', AS, { source: { '@context': 'https://a.test/context', content: 'x' } }],
    ['a context that is too long', [AS, { cat: `https://cat.test/${'x'.repeat(9_000)}` }]],
  ])('%s', (_, context, more) => {
    expect(isPlain(context, more)).toBe(false)
  })
})

describe('what is refused', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])

  test.each<[string, unknown, string]>([
    ['null', null, 'not-an-object'],
    ['a list', [note], 'not-an-object'],
    ['a number', 1, 'not-an-object'],
    ['an address', 'https://a.test/1', 'not-an-object'],
    ['a graph', { '@graph': [note] }, 'forbidden-keyword'],
    ['a graph far inside', { ...note, tag: [{ x: [{ '@graph': [] }] }] }, 'forbidden-keyword'],
    ['included nodes', { ...note, '@included': [] }, 'forbidden-keyword'],
    ['a reversed property', { ...note, '@reverse': {} }, 'forbidden-keyword'],
    ['another name for a graph', { '@context': [AS, { g: '@graph' }], g: [note] }, 'forbidden-keyword'],
    ['a longer one', { '@context': [AS, { g: { '@id': '@graph' } }], g: [note] }, 'forbidden-keyword'],
    ['another name inside', { ...note, tag: { '@context': { i: '@included' } } }, 'forbidden-keyword'],
    ['a reversed word', { '@context': { r: { '@reverse': 'as:object' } }, ...note }, 'forbidden-keyword'],
    ['a deep list', { ...note, tag: deep(40) }, 'too-deep'],
    ['a very deep list', { ...note, tag: deep(3_000) }, 'too-deep'],
    ['a very large document', { ...note, to: Array(100_001).fill('x') }, 'too-large'],
    ['a large document for JSON-LD', { ...note, '@type': 'x', to: Array(5_001).fill('x') }, 'too-large'],
  ])('%s', async (_, json, problem) => {
    const loaders = contextsFrom()
    expect(await toCanonical(json, loaders)).toEqual({ ok: false, problem })
    expect(loaders.asked).toEqual([])
  })
})

describe('through JSON-LD', () => {
  const url = 'https://words.test/context'
  const strange = { '@context': [AS, url], id: note.id, type: 'Post', by: author, text: 'Hi' }
  const words = { Post: 'as:Note', by: { '@id': 'as:attributedTo', '@type': '@id' }, text: 'as:content' }

  test('a context that is fetched decides what the words mean', async () => {
    const loaders = contextsFrom({ [url]: { '@context': words } })
    const canonical = await toCanonical(strange, loaders)
    expect(canonical.ok && readNote(canonical.value, { now })).toMatchObject({
      note: { id: note.id, type: 'Note', attributedTo: author, contentHtml: 'Hi' },
    })
    expect(loaders.asked).toEqual([url])
  })

  test('a word that a context takes away is not there', async () => {
    const canonical = await toCanonical(
      { '@context': [AS, { content: 'https://x.test/content' }], ...note },
      contextsFrom(),
    )
    expect(canonical.ok && readNote(canonical.value, { now })).toMatchObject({ note: { contentHtml: '' } })
  })

  test('a context that cannot be had is a problem of its own', async () => {
    expect(await toCanonical(strange, contextsFrom())).toEqual({ ok: false, problem: 'context-unavailable' })
  })

  test.each(['@graph', '@included', '@reverse'])(
    'a fetched context gives no other name to %s',
    async (keyword) => {
      const context = keyword === '@reverse' ? { r: { '@reverse': 'as:object' } } : { g: keyword }
      const loaders = contextsFrom({ [url]: { '@context': context } })
      expect(await toCanonical(strange, loaders)).toEqual({ ok: false, problem: 'forbidden-keyword' })
    },
  )

  test('a document names a few contexts, not many', async () => {
    const urls = Array.from({ length: 6 }, (_, n) => `https://words.test/${n}`)
    const loaders = contextsFrom(Object.fromEntries(urls.map((url) => [url, { '@context': {} }])))
    const canonical = await toCanonical({ ...note, '@context': [AS, ...urls] }, loaders)
    expect(canonical).toEqual({ ok: false, problem: 'bad-json-ld' })
    expect(loaders.asked).toHaveLength(3)
  })

  test('a proof is a graph and stays unread', async () => {
    const signed = {
      ...note,
      '@context': [AS, 'https://w3id.org/security/data-integrity/v1', { '@language': 'fr' }],
      proof: { type: 'DataIntegrityProof', proofValue: 'z1' },
    }
    const canonical = await toCanonical(signed, contextsFrom())
    expect(canonical.ok && readNote(canonical.value, { now })).toMatchObject({ note: { language: 'fr' } })
  })

  test.each([{ type: null }, { type: 7 }, { id: 7 }, { '@context': 7 }])(
    'nonsense is refused: %j',
    async (nonsense) => {
      const canonical = await toCanonical({ '@type': 'Note', ...nonsense }, contextsFrom())
      expect(canonical).toEqual({ ok: false, problem: 'bad-json-ld' })
    },
  )
})
