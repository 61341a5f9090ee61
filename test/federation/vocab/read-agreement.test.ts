import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CanonicalObject } from '../../../src/domain/drafts.ts'
import { normalizeDocument } from '../../../src/federation/vocab/read/normalize.ts'
import { vocabulary } from '../../../src/federation/vocab/read/vocabulary.ts'
import { AS, contextsFrom, type Json, readAll, toCanonicalPlain } from './read-support.ts'

const words = [...vocabulary].flatMap(([word, { kind }]) => (kind === 'type' ? [] : [word]))
const types = [...vocabulary].flatMap(([word, { kind }]) => (kind === 'type' ? [word] : []))
const iris = [...vocabulary.values()].flatMap((term) => term.iris)

const address = fc.constantFrom(
  'https://a.test/1',
  'https://a.test/followers',
  'https://b.test/2',
  'as:Public',
  'Public',
  `${AS}#Public`,
  'x:1',
  'as:x',
  './Public',
  '../1',
  'tag:a.test,2026:1',
)
const scalar = fc.oneof(
  address,
  fc.constantFrom('2026-01-02T03:04:05Z', 'en', '<p>Hi</p>', '', 'text/html', ':cat:', '#cat'),
  fc.constant(true),
  fc.integer({ min: -1, max: 9 }),
  fc.constant(null),
)
const someType = fc.oneof(
  fc.constantFrom(...types),
  fc.constantFrom('as:Note', 'x:Note', `${AS}#Note`, 'Foreign', 'foreign'),
)
const key = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...words) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('foreign', 'x:content', 'as:content', `${AS}#content`, 'alias', 'likes'),
  },
)
const definition = fc.oneof(
  fc.constantFrom(
    ...iris,
    'x:content',
    'as:content',
    'as:url',
    'foreign',
    '@id',
    'https://x.test/foreign',
    'alias',
  ),
  fc.record(
    {
      '@id': fc.constantFrom(...iris, 'as:content', 'https://x.test/foreign', 'x:content'),
      '@type': fc.constantFrom('@id', '@vocab', 'xsd:string'),
      '@container': fc.constantFrom('@set', '@list', '@language'),
    },
    { requiredKeys: ['@id'] },
  ),
)
const inline = fc.dictionary(
  fc.oneof(fc.constantFrom('x', 'as', 'foreign', 'alias', 'Foreign'), fc.constantFrom(...words, ...types)),
  fc.oneof(definition, fc.constantFrom(`${AS}#`, 'https://x.test/')),
  { maxKeys: 3 },
)
const context = fc.array(
  fc.oneof(
    fc.constantFrom(AS, 'https://w3id.org/security/v1', 'https://join-lemmy.org/context.json'),
    fc.constantFrom('https://a.test/schemas/litepub-0.1.jsonld', 'https://w3id.org/security/multikey/v1'),
    inline,
  ),
  { maxLength: 3 },
)
const typeList = fc.oneof(someType, fc.array(someType, { minLength: 1, maxLength: 2 }))
const own = fc.constant('https://a.test/1')
/** What at least one reader asks for. */
const readable = fc.oneof(
  fc.record({ type: fc.constantFrom('Create', 'Like', 'Flag'), id: own, actor: own, object: own }),
  fc.record({ type: fc.constantFrom('Note', 'Question', 'Video'), id: own, attributedTo: own }),
  fc.record({ type: fc.constant('Person'), id: own, inbox: own, preferredUsername: fc.constant('al') }),
)
const { node } = fc.letrec<{ node: Json; value: unknown }>((tie) => ({
  node: fc
    .tuple(
      fc.oneof(readable, fc.record({ id: address, type: typeList }, { requiredKeys: ['type'] })),
      fc.dictionary(key, tie('value'), { maxKeys: 6 }),
      fc.option(inline, { freq: 9, nil: undefined }),
    )
    .map(([head, rest, inner]) => ({ ...(inner && { '@context': inner }), ...rest, ...head })),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('node'),
    fc.dictionary(fc.constantFrom('en', 'de', 'EN-gb', 'en_US', 'und'), fc.constantFrom('Hi', 'Ho'), {
      maxKeys: 2,
    }),
  ),
}))

/** What the fast way takes as it is, JSON-LD must read the same; what it leaves to JSON-LD is not its business. */
test('whatever the contexts and words, plain JSON is read as JSON-LD would read it', async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(context, node, async (context, node) => {
      const json = { ...node, '@context': context }
      const canonical = toCanonicalPlain(json)
      if (!canonical?.ok) return
      const normalized = await normalizeDocument(json, contextsFrom().contextLoader)
      // JSON-LD is stricter about the values of keywords than anybody who writes them.
      if (!normalized.ok) return
      compared++
      expect(readAll(canonical.value)).toEqual(readAll(normalized.document as CanonicalObject))
    }),
    { numRuns: 2_000 },
  )
  expect(compared).toBeGreaterThan(200)
})

test('no reader ever throws', () => {
  const strayKeys = fc.constantFrom(...words, 'id', 'type', '@context', '@id', '__proto__', 'constructor')
  const anything = fc.oneof(fc.jsonValue(), fc.dictionary(strayKeys, fc.jsonValue()), node)
  fc.assert(
    fc.property(anything, (json) => {
      const canonical = toCanonicalPlain(json)
      if (canonical?.ok) readAll(canonical.value)
    }),
    { numRuns: 2_000 },
  )
})

test('JSON-LD never throws either', async () => {
  const anything = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), node)
  await fc.assert(
    fc.asyncProperty(anything, async (json) => {
      const normalized = await normalizeDocument(json, contextsFrom().contextLoader)
      if (normalized.ok) readAll(normalized.document as CanonicalObject)
    }),
    { numRuns: 500 },
  )
})
