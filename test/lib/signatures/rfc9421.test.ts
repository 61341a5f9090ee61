import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { digestBody, formatContentDigest, verifyDigest } from '../../../src/lib/signatures/digest.ts'
import { readRfc9421 } from '../../../src/lib/signatures/read-rfc9421.ts'
import { signRfc9421 } from '../../../src/lib/signatures/rfc9421.ts'
import { signBytes } from '../../../src/lib/signatures/sign-bytes.ts'
import { buildSigningString } from '../../../src/lib/signatures/signing-string.ts'
import { isProblem } from '../../../src/lib/signatures/types.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import { body, ed25519, keyId, now, otherRsa, parsed, receive, rsa, signing } from './support.ts'

describe('signRfc9421', () => {
  test('returns exactly the headers of a POST', async () => {
    const headers = await signRfc9421(signing)
    expect(Object.keys(headers)).toEqual(['host', 'content-digest', 'signature-input', 'signature'])
    expect(headers['content-digest']).toBe(`sha-256=:${digestBody(body).toString('base64')}:`)
    expect(headers['signature-input']).toBe(
      'sig1=("@method" "@target-uri" "@authority" "content-digest");created=1795262400' +
        `;keyid="${keyId}";alg="rsa-v1_5-sha256"`,
    )
    expect(headers['signature']).toMatch(/^sig1=:[A-Za-z0-9+/]{342}==:$/)
  })

  test('covers no digest without a body', async () => {
    const { body: _, ...get } = { ...signing, method: 'GET' }
    const headers = await signRfc9421(get)
    expect(headers).not.toHaveProperty('content-digest')
    const signature = parsed(receive(headers, { method: 'GET' }))
    expect(verifySignature(signature, rsa.publicKey)).toBe(true)
  })
})

describe.each([
  ['rsa-sha256', rsa],
  ['ed25519', ed25519],
] as const)('an RFC 9421 signature by %s', (algorithm, keys) => {
  const sign = () => signRfc9421({ ...signing, privateKey: keys.privateKey })

  test('verifies with its key and its body', async () => {
    const signature = parsed(receive(await sign()))
    expect(signature).toMatchObject({ style: 'rfc9421', keyId, algorithm, created: now })
    expect(verifyDigest(signature, body)).toBeUndefined()
    expect(verifySignature(signature, keys.publicKey)).toBe(true)
  })

  test('is false with any other key', async () => {
    const signature = parsed(receive(await sign()))
    const others = [otherRsa.publicKey, rsa.publicKey, ed25519.publicKey, keys.privateKey]
    const results = others
      .filter((key) => key !== keys.publicKey)
      .map((key) => verifySignature(signature, key))
    expect(results).toEqual([false, false, false])
  })

  test('is false when anything covered is another', async () => {
    const headers = await sign()
    const altered = [
      receive(headers, { target: '/inbox?x=2' }),
      receive(headers, { target: '/inbox' }),
      receive(headers, { method: 'PUT' }),
      receive({ ...headers, host: 'also-ours.test' }, { origins: ['https://also-ours.test'] }),
      receive(headers, { origins: ['http://ours.test'] }),
      receive({ ...headers, 'content-digest': formatContentDigest(digestBody('other')) }),
      receive({ ...headers, 'signature-input': headers['signature-input']!.replace('alice', 'bob') }),
      receive({
        ...headers,
        'signature-input': headers['signature-input']!.replace(/created=\d+/, 'created=1795262401'),
      }),
      receive({ ...headers, 'signature-input': headers['signature-input']!.replace('"@authority" ', '') }),
    ]
    expect(altered.map((request) => verifySignature(parsed(request), keys.publicKey))).toEqual(
      altered.map(() => false),
    )
  })
})

describe('the vectors of the specifications', () => {
  const privateKey = createPrivateKey(
    '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n',
  )
  const input =
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'
  const signature =
    'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:'
  const request = receive(
    {
      host: 'example.com',
      date: 'Tue, 20 Apr 2021 02:07:55 GMT',
      'content-type': 'application/json',
      'content-length': '18',
    },
    { target: '/foo?param=Value&Pet=dog', origins: ['https://example.com'] },
  )

  test('RFC 9421 B.2.6: the base, its Ed25519 signature and the verification', async () => {
    const claim = readRfc9421(input, signature)
    if (isProblem(claim)) throw new Error(claim.message)
    const signingString = buildSigningString(request, claim, 'https://example.com')
    if (isProblem(signingString)) throw new Error(signingString.message)
    expect(signingString.toString()).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      ].join('\n'),
    )
    expect(`sig-b26=:${(await signBytes(signingString, privateKey)).toString('base64')}:`).toBe(signature)
    const { style, keyId, algorithm, covered } = claim
    const parsedVector = { style, keyId, algorithm, covered, signingString, signature: claim.signature }
    expect(verifySignature(parsedVector, createPublicKey(privateKey))).toBe(true)
  })

  test('RFC 9421 section 2.2: the derived components of a request', () => {
    const names = ['@method', '@target-uri', '@authority', '@scheme', '@request-target', '@path', '@query']
    const claim = readRfc9421(`s=(${names.map((name) => `"${name}"`).join(' ')});keyid="k"`, 's=:AAAA:')
    if (isProblem(claim)) throw new Error(claim.message)
    const www = receive({ host: 'www.example.com' }, { target: '/path?param=value' })
    expect(
      buildSigningString(www, claim, 'https://www.example.com').toString().split('\n').slice(0, -1),
    ).toEqual([
      '"@method": POST',
      '"@target-uri": https://www.example.com/path?param=value',
      '"@authority": www.example.com',
      '"@scheme": https',
      '"@request-target": /path?param=value',
      '"@path": /path',
      '"@query": ?param=value',
    ])
  })

  test('RFC 9530 appendix D: the digest of its sample body', () => {
    expect(formatContentDigest(digestBody('{"hello": "world"}'))).toBe(
      'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    )
  })
})
