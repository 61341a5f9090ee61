import { sign as signBytes } from 'node:crypto'
import { signJsonLd, verifyJsonLd, verifyObject } from '@fedify/fedify/sig'
import { Activity } from '@fedify/vocab'
import { describe, expect, it } from 'vitest'
import { canonizeDocument } from '../../../src/federation/signing/json-ld.ts'
import { messageOf } from '../../../src/federation/signing/linked-data-signature.ts'
import { signDocument } from '../../../src/federation/signing/sign-document.ts'
import { verifyLinkedDataSignature } from '../../../src/federation/signing/verify-lds.ts'
import { bob, createOf, findKey, loaders, mal, moveOf, now, updateOf } from './support.ts'

const sign = (document: object) => signDocument(document, bob, now)
const verify = (document: Record<string, any>, at = now) =>
  verifyLinkedDataSignature(document, bob.uri, findKey, at)

const documents = { Create: createOf(bob), Move: moveOf(bob), Update: updateOf(bob) }

describe('a signature of ours', () => {
  it.each(Object.entries(documents))('on a %s verifies with Fedify and here', async (_type, document) => {
    const signed = await sign(document)
    expect(await verifyJsonLd(signed, loaders)).toBe(true)
    expect(await verify(signed)).toContain(`<${document['id']}>`)
    const { signature: _signature, ...proven } = signed
    expect(await verifyObject(Activity, proven, loaders)).toBeInstanceOf(Activity)
  })

  it('says of itself what Mastodon writes, and nothing else', async () => {
    expect((await sign(moveOf(bob)))['signature']).toEqual({
      type: 'RsaSignature2017',
      creator: bob.rsaKey.keyId,
      created: '2026-11-21T12:00:00Z',
      signatureValue: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/),
    })
  })

  it('is not made for what it would not cover, or could not be read without asking somebody', async () => {
    await expect(sign({ ...moveOf(bob), unheardOf: 'x' })).rejects.toThrow()
    const foreign = ['https://www.w3.org/ns/activitystreams', 'https://old.example/context']
    await expect(sign({ ...moveOf(bob), '@context': foreign })).rejects.toThrow()
  })
})

it('A signature of Fedify verifies here', async () => {
  const der = bob.rsaKey.privateKey.export({ type: 'pkcs8', format: 'der' })
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign'])
  const signed = await signJsonLd(createOf(bob), key, new URL(bob.rsaKey.keyId), loaders)
  expect(await verify(signed as Record<string, any>)).toContain('Create')
})

describe('a signature is not believed', () => {
  it.each<[string, (signed: Record<string, any>) => object]>([
    ['after another target', (it) => ({ ...it, target: mal.uri })],
    ['after one more statement', (it) => ({ ...it, summary: 'x' })],
    ['after one less', ({ cc: _cc, ...it }) => it],
    ['without the proof that it covers', ({ proof: _proof, ...it }) => it],
    ['that is an array', (it) => ({ ...it, signature: [it['signature']] })],
    ['of another type', (it) => withSignature(it, { type: 'RsaSignature2018' })],
    ['with another time', (it) => withSignature(it, { created: '2026-11-20T12:00:00Z' })],
    ['with an end added', (it) => withSignature(it, { expires: '2027-11-20T12:00:00Z' })],
    ['with a word of which it says nothing', (it) => withSignature(it, { proofPurpose: 'assertionMethod' })],
    ['of an unknown key', (it) => withSignature(it, { creator: `${bob.uri}#x` })],
    ["of the actor's Ed25519 key", (it) => withSignature(it, { creator: bob.proofKey.keyId })],
    ['of nothing', (it) => withSignature(it, { signatureValue: '' })],
    ['under a context that must be fetched', (it) => ({ ...it, '@context': 'https://evil.example/context' })],
  ])('%s', async (_name, change) => {
    expect(await verify(change(await sign(moveOf(bob))) as Record<string, any>)).toBeUndefined()
  })

  it('of somebody else', async () => {
    expect(await verify(await signDocument(moveOf(bob), mal, now))).toBeUndefined()
  })

  it('after the end that it set itself, however old it may be else', async () => {
    const options = { creator: bob.rsaKey.keyId, created: '2020-01-01T00:00:00Z' }
    const limited = await signWith({ ...options, expires: '2026-01-01T00:00:00Z' })
    expect(await verify(limited, new Date('2025-12-31T00:00:00Z'))).toBeDefined()
    expect(await verify(limited)).toBeUndefined()
    expect(await verify(await signWith(options))).toBeDefined()
  })
})

it('A signature covers what a document states, not how it is written', async () => {
  const { to, cc, ...rest } = await sign(moveOf(bob))
  const rewritten = { cc: (cc as string[])[0], to: { id: (to as string[])[0] }, ...rest }
  expect(await verify(rewritten)).toContain(`<${bob.uri}#moves/1>`)
})

function withSignature(signed: Record<string, any>, changes: object): object {
  return { ...signed, signature: { ...signed['signature'], ...changes } }
}

/** As somebody signs who says more of the signature than we do. */
async function signWith(options: { creator: string; created: string; expires?: string }) {
  const document = moveOf(bob)
  const message = await messageOf(options, await canonizeDocument(document, 'all'))
  const value = signBytes('sha256', message, bob.rsaKey.privateKey).toString('base64')
  return { ...document, signature: { type: 'RsaSignature2017', ...options, signatureValue: value } }
}
