import { describe, expect, test } from 'vitest'
import { signCavage } from '../../../src/lib/signatures/cavage.ts'
import { digestBody, verifyDigest } from '../../../src/lib/signatures/digest.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import { body, ed25519, keyId, now, otherRsa, parsed, receive, rsa, signing } from './support.ts'

const get = {
  method: 'GET',
  url: 'https://ours.test/users/bob',
  keyId,
  privateKey: rsa.privateKey,
  date: now,
}

describe('signCavage', () => {
  test('returns exactly the headers of a POST', async () => {
    const headers = await signCavage(signing)
    expect(Object.keys(headers)).toEqual(['host', 'date', 'digest', 'signature'])
    expect(headers['host']).toBe('ours.test')
    expect(headers['date']).toBe('Sat, 21 Nov 2026 12:00:00 GMT')
    expect(headers['digest']).toBe(`SHA-256=${digestBody(body).toString('base64')}`)
    expect(headers['signature']).toMatch(
      /^keyId="https:\/\/theirs\.test\/users\/alice#main-key",algorithm="rsa-sha256",headers="\(request-target\) host date digest",signature="[A-Za-z0-9+/]{342}=="$/,
    )
  })

  test('sends no digest without a body', async () => {
    const headers = await signCavage(get)
    expect(headers).not.toHaveProperty('digest')
    expect(headers['signature']).toContain('headers="(request-target) host date",')
  })

  test('takes a digest that was computed before', async () => {
    const { body: _, ...rest } = signing
    expect(await signCavage({ ...rest, digest: digestBody(body) })).toEqual(await signCavage(signing))
  })

  test('keeps the port in the host and an explicit query in the target', async () => {
    const headers = await signCavage({ ...signing, url: 'http://ours.test:3000/inbox?a=%20b' })
    const request = receive(headers, { target: '/inbox?a=%20b', origins: ['http://ours.test:3000'] })
    expect(verifySignature(parsed(request), rsa.publicKey)).toBe(true)
  })

  test('refuses to sign with a key that is not RSA', async () => {
    await expect(signCavage({ ...signing, privateKey: ed25519.privateKey })).rejects.toThrow(TypeError)
  })
})

describe('a cavage signature received', () => {
  test('verifies with its key and its body', async () => {
    const signature = parsed(receive(await signCavage(signing)))
    expect(signature).toMatchObject({ style: 'cavage', keyId, algorithm: 'rsa-sha256' })
    expect(signature.covered).toEqual(['(request-target)', 'host', 'date', 'digest'])
    expect(verifyDigest(signature, body)).toBeUndefined()
    expect(verifySignature(signature, rsa.publicKey)).toBe(true)
  })

  test('verifies for a GET, which vouches for no body', async () => {
    const signature = parsed(receive(await signCavage(get), { method: 'GET', target: '/users/bob' }))
    expect(verifySignature(signature, rsa.publicKey)).toBe(true)
    expect(verifyDigest(signature, Buffer.alloc(0))).toBeUndefined()
    expect(verifyDigest(signature, body)?.problem).toBe('insufficient_coverage')
  })

  test('is false with another key, another type of key, or a private key', async () => {
    const signature = parsed(receive(await signCavage(signing)))
    expect(verifySignature(signature, otherRsa.publicKey)).toBe(false)
    expect(verifySignature(signature, ed25519.publicKey)).toBe(false)
    expect(verifySignature(signature, rsa.privateKey)).toBe(false)
  })

  test('is false for another path, query, method, date or covered digest', async () => {
    const headers = await signCavage(signing)
    const otherDigest = `SHA-256=${digestBody('other').toString('base64')}`
    const altered = [
      receive(headers, { target: '/users/bob/inbox?x=1' }),
      receive(headers, { target: '/inbox?x=2' }),
      receive(headers, { target: '/inbox' }),
      receive(headers, { method: 'PUT' }),
      receive({ ...headers, date: 'Sat, 21 Nov 2026 12:00:01 GMT' }),
      receive({ ...headers, digest: otherDigest }),
    ]
    expect(altered.map((request) => verifySignature(parsed(request), rsa.publicKey))).toEqual(
      altered.map(() => false),
    )
  })

  test('is false for another host of ours than the one it was made for', async () => {
    const origins = ['https://ours.test', 'https://also-ours.test']
    const headers = { ...(await signCavage(signing)), host: 'also-ours.test' }
    expect(verifySignature(parsed(receive(headers, { origins })), rsa.publicKey)).toBe(false)
  })

  test('does not vouch for another body', async () => {
    const signature = parsed(receive(await signCavage(signing)))
    expect(verifyDigest(signature, Buffer.from('{"type":"Block"}'))?.problem).toBe('digest_mismatch')
    expect(verifyDigest(signature, Buffer.alloc(0))?.problem).toBe('digest_mismatch')
  })

  test('is false when any byte of the signature is another', async () => {
    const signature = parsed(receive(await signCavage(signing)))
    const results = [...signature.signature.keys()].map((index) => {
      const bytes = Buffer.from(signature.signature)
      bytes[index]! ^= 1
      return verifySignature({ ...signature, signature: bytes }, rsa.publicKey)
    })
    expect(results).toHaveLength(256)
    expect(results).not.toContain(true)
  })
})
