import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { createRequire } from 'node:module'
import { buffer, json } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signCavage } from '../../../src/lib/signatures/cavage.ts'
import { digestBody, formatDigest, verifyDigest } from '../../../src/lib/signatures/digest.ts'
import { groupHeaders } from '../../../src/lib/signatures/headers.ts'
import { exportPublicKeyPem } from '../../../src/lib/signatures/keys.ts'
import { parseSignature } from '../../../src/lib/signatures/parse.ts'
import { isProblem } from '../../../src/lib/signatures/types.ts'
import { verifySignature } from '../../../src/lib/signatures/verify.ts'
import { body, keyId, otherRsa, rsa } from './support.ts'
import type { KeyObject } from 'node:crypto'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type HttpSignature = {
  parseRequest(request: IncomingMessage, options: { strict: boolean; headers: string[] }): { keyId: string }
  verifySignature(parsed: object, publicKeyPem: string): boolean
  signRequest(request: ClientRequest, options: Record<string, unknown>): boolean
}

// Published without types.
const httpSignature = createRequire(import.meta.url)('http-signature') as HttpSignature

type Judge = (request: IncomingMessage, body: Buffer, origin: string) => unknown

/** A server that answers with what `judge` says about the request. */
const server = createServer(async (request, response) => {
  const received = await buffer(request)
  try {
    response.end(JSON.stringify(judge(request, received, origin)))
  } catch (error) {
    response.end(JSON.stringify(String(error)))
  }
})
let judge: Judge
let origin: string

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function answerTo(request: ClientRequest, sent?: Buffer): Promise<unknown> {
  request.end(sent)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return json(response)
}

describe('http-signature', () => {
  const byThem =
    (publicKey: KeyObject): Judge =>
    (request) => {
      const headers = ['(request-target)', 'host', 'date', ...(request.method === 'POST' ? ['digest'] : [])]
      const theirs = httpSignature.parseRequest(request, { strict: true, headers })
      return [theirs.keyId, httpSignature.verifySignature(theirs, exportPublicKeyPem(publicKey))]
    }

  async function sendOurs(method: string, path: string, sent?: Buffer): Promise<unknown> {
    const signing = { method, url: origin + path, keyId, privateKey: rsa.privateKey, date: new Date() }
    const headers = await signCavage(sent ? { ...signing, body: sent } : signing)
    return answerTo(httpRequest(origin + path, { method, headers }), sent)
  }

  test('verifies our POST and our GET', async () => {
    judge = byThem(rsa.publicKey)
    expect(await sendOurs('POST', '/inbox?x=1', body)).toEqual([keyId, true])
    expect(await sendOurs('GET', '/users/bob')).toEqual([keyId, true])
  })

  test('does not verify them with another key', async () => {
    judge = byThem(otherRsa.publicKey)
    expect(await sendOurs('POST', '/inbox', body)).toEqual([keyId, false])
  })
})

describe('what http-signature signs', () => {
  const byUs: Judge = (request, received, ours) => {
    const { method = '', url: target = '', rawHeaders } = request
    const parts = { method, target, headers: groupHeaders(rawHeaders), origins: [ours] }
    const signed = parseSignature(parts, new Date())
    if (isProblem(signed)) return signed.problem
    return [signed.keyId, verifyDigest(signed, received)?.problem, verifySignature(signed, rsa.publicKey)]
  }

  async function sendTheirs(headers: string[], sent = body): Promise<unknown> {
    const request = httpRequest(`${origin}/inbox?x=1`, { method: 'POST' })
    request.setHeader('Digest', formatDigest(digestBody(body)))
    const key = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })
    httpSignature.signRequest(request, {
      key,
      keyId,
      headers,
      authorizationHeaderName: 'Signature',
      algorithm: 'rsa-sha256',
    })
    return answerTo(request, sent)
  }

  test('verifies here', async () => {
    judge = byUs
    expect(await sendTheirs(['(request-target)', 'host', 'date', 'digest'])).toEqual([keyId, null, true])
    expect(await sendTheirs(['date', 'digest', 'host', '(request-target)'])).toEqual([keyId, null, true])
  })

  test('is refused over another body, or with too little covered', async () => {
    judge = byUs
    const headers = ['(request-target)', 'host', 'date', 'digest']
    expect(await sendTheirs(headers, Buffer.from('{}'))).toEqual([keyId, 'digest_mismatch', true])
    expect(await sendTheirs(['date'])).toBe('insufficient_coverage')
  })
})
