import { existsSync, globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkJsonLimits, parseBoundedJson } from '../../src/lib/json-limits.ts'
import { cpuTimeOf } from '../support/cpu-time.ts'

const KIB = 1024
const corpus = '../shared/corpus'

function problemOf(raw: Uint8Array | string): string | undefined {
  return checkJsonLimits(raw)?.problem
}

function refusalOf(raw: Uint8Array | string): string | undefined {
  const result = parseBoundedJson(raw)
  return result.ok ? undefined : result.problem.problem
}

describe('checkJsonLimits', () => {
  test('allows 32 levels', () => {
    expect(problemOf('['.repeat(32) + ']'.repeat(32))).toBeUndefined()
    expect(problemOf('['.repeat(33) + ']'.repeat(33))).toBe('too_deep')
    expect(problemOf('{"a":'.repeat(33) + '1' + '}'.repeat(33))).toBe('too_deep')
    expect(problemOf(`[${Array(100).fill('[[]]').join(',')}]`)).toBeUndefined()
    expect(problemOf(JSON.stringify('['.repeat(100)))).toBeUndefined()
  })

  test('allows 5,000 values', () => {
    const list = (length: number) => JSON.stringify(Array(length).fill(1))
    expect(problemOf(list(4_999))).toBeUndefined()
    expect(problemOf(list(5_000))).toBe('too_many_nodes')
    const members = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, null])))
    expect(problemOf(members(4_999))).toBeUndefined()
    expect(problemOf(members(5_000))).toBe('too_many_nodes')
  })

  test('counts values as JSON.parse builds them', () => {
    const count = (value: unknown): number =>
      1 +
      (typeof value === 'object' && value
        ? Object.values(value).reduce((sum, child) => sum + count(child), 0)
        : 0)
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
        const filler = Array(5_000 - count(value) - 1).fill(0)
        expect(problemOf(JSON.stringify([value, ...filler], null, indent))).toBeUndefined()
        expect(problemOf(JSON.stringify([value, ...filler, 0], null, indent))).toBe('too_many_nodes')
      }),
      { numRuns: 50 },
    )
  })

  test.each(['"\0"', '{}\0', '"\\u0000"', '{"a\\u0000":1}', '"\\\\\\u0000"'])(
    'refuses the NUL in %j',
    (raw) => {
      expect(problemOf(raw)).toBe('nul')
      expect(problemOf(Buffer.from(raw))).toBe('nul')
    },
  )

  test.each([
    '"\\ud800"',
    '"\\udc00"',
    '"\\ud83d\\ud83d"',
    '"\\uD83Dx"',
    '"\\ud83d',
    '"\\ud83d\\n"',
    '"\ud800"',
  ])('refuses the half surrogate pair in %j', (raw) => {
    expect(problemOf(raw)).toBe('lone_surrogate')
  })

  test.each([
    '"\\ud83d\\ude00"',
    '"😀"',
    '"\\\\ud800"',
    '"\\\\u0000"',
    '"\\"\\u00e9"',
    '"\\u0001"',
    '"\\uffff"',
  ])('allows %j', (raw) => {
    expect(problemOf(raw)).toBeUndefined()
  })

  test.each([
    ['a cut sequence', [0x22, 0xe2, 0x82, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a lone continuation byte', [0x80]],
  ])('refuses bytes that are not UTF-8: %s', (_, bytes) => {
    expect(problemOf(Buffer.from(bytes))).toBe('invalid_utf8')
  })

  test('lets through exactly the strings that are well-formed and without NUL', () => {
    const unit = fc.constantFrom(
      '\\u0000',
      '\\ud83d',
      '\\ude00',
      '\\\\',
      '\\"',
      'u0000',
      'ud83d',
      'é',
      '\\u0041',
      '"',
    )
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const raw = `"${units.join('')}"`
        const result = parseBoundedJson(`{"a":${raw}}`)
        if (!result.ok) return
        const { a } = result.value
        expect(a).toSatisfy((text: string) => text.isWellFormed() && !text.includes('\0'))
        expect(a).toBe(JSON.parse(raw))
      }),
      { numRuns: 2_000 },
    )
  })

  test('takes no longer for 256 KiB of anything than ten times parsing as much of what is usual', () => {
    const fill = (unit: string) => Buffer.from(unit.repeat(Math.floor((256 * KIB) / unit.length)))
    const wide = Buffer.from(
      JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]))),
    )
    const inputs = [...['[', '{"a":', '1,', '"', '\\', '"\\u0041', 'x', ' ', ':', '"a":'].map(fill), wide]
    const note = JSON.stringify({ content: '<p>Hello there</p>', to: ['https://a.test/users/a'], size: 12 })
    const ordinary = `[${Array.from({ length: Math.floor((256 * KIB) / note.length) }, () => note).join()}]`
    const parsing = cpuTimeOf(() => JSON.parse(ordinary))
    for (const raw of inputs) expect(cpuTimeOf(() => checkJsonLimits(raw))).toBeLessThan(10 * parsing)
  })
})

describe('parseBoundedJson', () => {
  test('returns the object, from bytes or text', () => {
    const value = { type: 'Note', content: 'é 😀', to: ['a'], cc: [] }
    expect(parseBoundedJson(Buffer.from(JSON.stringify(value)))).toEqual({ ok: true, value })
    expect(parseBoundedJson(JSON.stringify(value))).toEqual({ ok: true, value })
    expect(parseBoundedJson(new TextEncoder().encode(JSON.stringify(value)).subarray(0))).toEqual({
      ok: true,
      value,
    })
  })

  test.each(['null', '[]', '1', '"https://theirs.test/x"', 'true', '[{}]'])('refuses %s', (raw) => {
    expect(refusalOf(raw)).toBe('not_an_object')
  })

  test.each([
    '',
    '{',
    '{]',
    '{"a"}',
    '{"a":1,}',
    "{'a':1}",
    '{"a":01}',
    '{} {}',
    '\ufeff{}',
    '{"a":NaN}',
    '{"a":"\\x"}',
  ])('refuses %j as malformed', (raw) => {
    expect(refusalOf(raw)).toBe('malformed')
  })

  test.each(['{"__proto__":{}}', '{"a":[{"b":{"__proto__":1}}]}', '{"\\u005f_proto__":null}'])(
    'refuses %s',
    (raw) => {
      expect(refusalOf(raw)).toBe('forbidden_key')
    },
  )

  test('takes __proto__ as a value, and constructor as a key', () => {
    expect(refusalOf('{"a":"__proto__","constructor":{"prototype":1}}')).toBeUndefined()
  })

  test('refuses within the limits of checkJsonLimits', () => {
    expect(refusalOf('{"a":'.repeat(3_000))).toBe('too_deep')
    expect(refusalOf('{"a":"\\u0000"}')).toBe('nul')
    expect(refusalOf(Buffer.from([0xff]))).toBe('invalid_utf8')
  })

  test('never throws', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '\\u',
      'd83d',
      '0',
      'null',
      '"a":',
    )
    const pieces = fc.array(fragment).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), pieces),
        (raw) => refusalOf(raw) !== '',
      ),
    )
  })

  test.skipIf(!existsSync(corpus))('reads every object of the corpus as JSON.parse does', () => {
    const files = globSync(`${corpus}/**/*.json`)
    const objects = files.map((file) => readFileSync(file)).filter((raw) => /^\s*\{/.test(raw.toString()))
    expect(objects.length).toBeGreaterThan(100)
    for (const raw of objects)
      expect(parseBoundedJson(raw)).toEqual({ ok: true, value: JSON.parse(raw.toString()) })
  })
})
