import { verify } from 'node:crypto'
import { httpbis } from 'http-message-signatures'
import { describe, expect, test } from 'vitest'
import { digestBody, formatContentDigest, verifyDigest } from '../../../src/lib/signatures/digest.ts'
import { signRfc9421 } from '../../../src/lib/signatures/rfc9421.ts'
import { signBytes } from '../../../src/lib/signatures/sign-bytes.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import { body, ed25519, keyId, otherRsa, parsed, problemOf, receive, rsa, signing, url } from './support.ts'
import type { KeyObject } from 'node:crypto'

/** Their verifier, given our key; the hash is theirs to name. */
async function theyVerify(headers: Record<string, string>, publicKey: KeyObject, hash: 'sha256' | null) {
  const verifier = {
    algs: ['rsa-v1_5-sha256', 'ed25519'],
    verify: async (data: Buffer, signature: Buffer) => verify(hash, data, publicKey, signature),
  }
  const config = {
    keyLookup: async ({ keyid }: { keyid?: string }) => (keyid === keyId ? verifier : null),
    requiredFields: ['@method', '@target-uri', 'content-digest'],
    requiredParams: ['created', 'keyid', 'alg'],
    notAfter: signing.date,
  }
  return httpbis.verifyMessage(config, { method: 'POST', url, headers })
}

/** A request that they sign, over `fields`. */
async function theySign(alg: string, privateKey: KeyObject, fields: string[]) {
  const request = {
    method: 'POST',
    url,
    headers: { host: 'ours.test', 'content-digest': formatContentDigest(digestBody(body)) },
  }
  const key = { id: keyId, alg, sign: (data: Buffer) => signBytes(data, privateKey) }
  const paramValues = { created: signing.date, expires: new Date(signing.date.getTime() + 300_000) }
  const { headers } = await httpbis.signMessage({ key, fields, paramValues }, request)
  return receive(headers)
}

describe.each([
  ['rsa-v1_5-sha256', rsa, 'sha256'],
  ['ed25519', ed25519, null],
] as const)('http-message-signatures with %s', (alg, keys, hash) => {
  test('verifies what we sign, with the right key only', async () => {
    const headers = await signRfc9421({ ...signing, privateKey: keys.privateKey })
    expect(await theyVerify(headers, keys.publicKey, hash)).toBe(true)
    expect(await theyVerify(headers, otherRsa.publicKey, 'sha256')).toBe(false)
  })

  test.each([
    [['@method', '@target-uri', 'content-digest']],
    [['@method', '@authority', '@path', '@query', 'content-digest', 'host']],
  ])('signs %j and we verify it', async (fields) => {
    const signature = parsed(await theySign(alg, keys.privateKey, fields))
    expect(verifySignature(signature, keys.publicKey)).toBe(true)
    expect(verifySignature(signature, otherRsa.publicKey)).toBe(false)
    expect(verifyDigest(signature, body)).toBeUndefined()
  })

  test('signs too little for us', async () => {
    expect(problemOf(await theySign(alg, keys.privateKey, ['@method']))).toBe('insufficient_coverage')
  })
})
