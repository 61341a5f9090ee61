import { describe, expect, test } from 'vitest'
import { signBytes } from '../../../src/lib/signatures/sign-bytes.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import { cavage, ed25519, now, parsed, problemOf, receive, withCavage, withInput } from './support.ts'
import type { SignedRequestParts } from '../../../src/lib/signatures/types.ts'

const seconds = now.getTime() / 1000

/** The valid RFC 9421 request as if its signature covered `names`. */
function covering(...names: string[]): SignedRequestParts {
  return withInput((input) => input.replace(/\([^)]*\)/, `(${names.map((name) => `"${name}"`).join(' ')})`))
}

describe('the least that cavage covers', () => {
  const headers = (list: string) =>
    withCavage((signature) => signature.replace(/headers="[^"]*"/, `headers="${list}"`))

  test.each([
    '',
    'date',
    '(request-target) host date',
    '(request-target) date digest',
    'host date digest',
    '(request-target) host digest',
    '(created) (request-target) digest',
  ])('is more than "%s"', (list) => {
    expect(problemOf(headers(list))).toBe('insufficient_coverage')
  })

  test('is more than the default of no list', () => {
    expect(problemOf(withCavage((signature) => signature.replace(/headers="[^"]*",/, '')))).toBe(
      'insufficient_coverage',
    )
  })

  test('includes only what the request has', () => {
    expect(problemOf(headers('(request-target) host date digest x-unknown'))).toBe('missing_component')
    const digests = { ...cavage, 'content-type': ['a/b', 'c/d'] }
    const signature = cavage['signature']!.replace(' digest"', ' digest content-type"')
    expect(problemOf(receive({ ...digests, signature }))).toBe('missing_component')
  })

  test('may have (created) for the date, and (expires), where the key chooses the algorithm', async () => {
    const created = seconds - 60
    const expires = seconds + 60
    const text = [
      '(request-target): post /inbox?x=1',
      'host: ours.test',
      `(created): ${created}`,
      `(expires): ${expires}`,
      `digest: ${cavage['digest']}`,
    ].join('\n')
    const signature = (await signBytes(Buffer.from(text), ed25519.privateKey)).toString('base64')
    const list = `headers="(request-target) host (created) (expires) digest",signature="${signature}"`
    const { date: _, ...dateless } = cavage
    const request = (algorithm: string) =>
      receive({
        ...dateless,
        signature: `keyId="k",algorithm="${algorithm}",created=${created},expires=${expires},${list}`,
      })
    expect(verifySignature(parsed(request('hs2019')), ed25519.publicKey)).toBe(true)
    expect(problemOf(request('rsa-sha256'))).toBe('missing_component')
  })
})

describe('the least that RFC 9421 covers', () => {
  test.each([
    [['date']],
    [['@method']],
    [['@method', '@target-uri']],
    [['@target-uri', 'content-digest']],
    [['@method', '@path', 'content-digest']],
    [['@method', '@authority', 'content-digest']],
    [['@method', '@authority', '@path', 'content-digest']],
  ])('is more than %j', (names) => {
    expect(problemOf(covering(...names))).toBe('insufficient_coverage')
  })

  test.each([
    [['@method', '@target-uri', 'content-digest']],
    [['@method', '@authority', '@path', '@query', 'content-digest']],
  ])('is %j', (names) => {
    expect(problemOf(covering(...names))).toBeUndefined()
  })

  test('has no query where the request has none', () => {
    const request = covering('@method', '@authority', '@path', 'content-digest')
    expect(problemOf({ ...request, target: '/inbox' })).toBeUndefined()
  })

  test('has a covered date or a created', () => {
    const undated = withInput((input) => input.replace(/;created=\d+/, ''))
    const dated = { ...undated, headers: new Map([...undated.headers, ['date', [now.toUTCString()]]]) }
    expect(problemOf(dated)).toBe('insufficient_coverage')
  })

  test('includes only what the request has', () => {
    const names = ['@method', '@target-uri', 'content-digest']
    expect(problemOf(covering(...names, '@query-param'))).toBe('missing_component')
    expect(problemOf(covering(...names, '@status'))).toBe('missing_component')
    expect(problemOf(covering(...names, '@signature-params'))).toBe('missing_component')
  })
})
