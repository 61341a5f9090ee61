import { createPrivateKey, createPublicKey } from 'node:crypto'
import { createProof, signObject, verifyObject } from '@fedify/fedify/sig'
import { Activity, Create, Note } from '@fedify/vocab'
import { describe, expect, it } from 'vitest'
import { signDocument } from '../../../src/federation/signing/sign-document.ts'
import { verifyProof } from '../../../src/federation/signing/verify-proof.ts'
import { decodeBase58 } from '../../../src/lib/signatures/base58.ts'
import { bob, createOf, findKey, loaders, mal, moveOf, now, updateOf } from './support.ts'

const sign = (document: object) => signDocument(document, { proofKey: bob.proofKey }, now)
const verify = (document: Record<string, any>, at = now) => verifyProof(document, bob.uri, findKey, at)

const documents = { Create: createOf(bob), Move: moveOf(bob), Update: updateOf(bob) }

describe('a proof of ours', () => {
  it.each(Object.entries(documents))('on a %s verifies with Fedify and here', async (type, document) => {
    const signed = await sign(document)
    expect(signed['type']).toBe(type)
    expect(await verifyObject(Activity, signed, loaders)).toBeInstanceOf(Activity)
    const { proof: _proof, ...covered } = signed
    expect(await verify(signed)).toEqual(covered)
  })

  it('names its suite, its key and the time in whole seconds, under contexts that define it', async () => {
    const signed = await sign(moveOf(bob))
    const contexts = ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/data-integrity/v1']
    expect(signed).toMatchObject({
      ...moveOf(bob),
      '@context': contexts,
      proof: {
        '@context': contexts,
        type: 'DataIntegrityProof',
        cryptosuite: 'eddsa-jcs-2022',
        verificationMethod: bob.proofKey.keyId,
        proofPurpose: 'assertionMethod',
        created: '2026-11-21T12:00:00Z',
        proofValue: expect.stringMatching(/^z[1-9A-HJ-NP-Za-km-z]{80,90}$/),
      },
    })
  })

  it('stands before the words that a document defines itself, and adds its context once', async () => {
    const signed = await sign(createOf(bob))
    expect(signed['@context']).toEqual([
      'https://www.w3.org/ns/activitystreams',
      'https://w3id.org/security/data-integrity/v1',
      expect.any(Object),
    ])
    expect((await sign(signed))['@context']).toEqual(signed['@context'])
  })

  it('is the same as that of the test vector of FEP-8b32 where the contexts are not repeated', async () => {
    const seed = decodeBase58('3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq')!.subarray(2)
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    const vector = {
      '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/data-integrity/v1'],
      type: 'Create',
      actor: 'https://server.example/users/alice',
      object: { type: 'Note', content: 'Hello world' },
      proof: {
        type: 'DataIntegrityProof',
        cryptosuite: 'eddsa-jcs-2022',
        verificationMethod: 'https://server.example/users/alice#ed25519-key',
        proofPurpose: 'assertionMethod',
        proofValue:
          'z3sXaxjKs4M3BRicwWA9peyNPJvJqxtGsDmpt1jjoHCjgeUf71TRFz56osPSfDErszyLp5Ks1EhYSgpDaNM977Rg2',
        created: '2023-02-24T23:36:38Z',
      },
    }
    const find = async () => ({ publicKey: createPublicKey(privateKey), actorUri: vector.actor })
    expect(await verifyProof(vector, vector.actor, find, now)).toBeDefined()
    const other = { ...vector, object: { type: 'Note', content: 'Hello world!' } }
    expect(await verifyProof(other, vector.actor, find, now)).toBeUndefined()
  })
})

describe('a proof of Fedify', () => {
  it('verifies here', async () => {
    const cryptoKey = await crypto.subtle.importKey(
      'pkcs8',
      bob.proofKey.privateKey.export({ type: 'pkcs8', format: 'der' }),
      'Ed25519',
      true,
      ['sign'],
    )
    const create = new Create({
      id: new URL(`${bob.uri}/activities/1`),
      actor: new URL(bob.uri),
      object: new Note({
        id: new URL(`${bob.uri}/notes/1`),
        content: 'Hello',
        attribution: new URL(bob.uri),
      }),
    })
    const signed = await signObject(create, cryptoKey, new URL(bob.proofKey.keyId), loaders)
    const json = (await signed.toJsonLd({ format: 'compact', ...loaders })) as Record<string, any>
    expect(await verify(json)).toMatchObject({ id: `${bob.uri}/activities/1` })
    expect(await verify({ ...json, actor: mal.uri })).toBeUndefined()
    const proof = await createProof(create, cryptoKey, new URL(bob.proofKey.keyId), loaders)
    expect(proof.cryptosuite).toBe('eddsa-jcs-2022')
  })
})

describe('a proof is not believed', () => {
  const changed = async (change: (signed: Record<string, any>) => object) =>
    verify(change(await sign(moveOf(bob))) as Record<string, any>)

  it.each<[string, (signed: Record<string, any>) => object]>([
    ['after another target', (it) => ({ ...it, target: mal.uri })],
    ['after one more property', (it) => ({ ...it, summary: 'x' })],
    ['after one less', ({ cc: _cc, ...it }) => it],
    ['under other contexts', (it) => ({ ...it, '@context': 'https://www.w3.org/ns/activitystreams' })],
    ['with contexts of its own', (it) => ({ ...it, proof: { ...it['proof'], '@context': [] } })],
    ['that is an array', (it) => ({ ...it, proof: [it['proof']] })],
    ['that is none', (it) => ({ ...it, proof: 'yes' })],
    ['of another suite', (it) => ({ ...it, proof: { ...it['proof'], cryptosuite: 'eddsa-rdfc-2022' } })],
    ['for another purpose', (it) => ({ ...it, proof: { ...it['proof'], proofPurpose: 'authentication' } })],
    ['with another time', (it) => ({ ...it, proof: { ...it['proof'], created: '2026-11-20T12:00:00Z' } })],
    ['with an end added', (it) => ({ ...it, proof: { ...it['proof'], expires: '2027-11-20T12:00:00Z' } })],
    ['with a short value', (it) => ({ ...it, proof: { ...it['proof'], proofValue: 'z11' } })],
    ['with a long value', (it) => ({ ...it, proof: { ...it['proof'], proofValue: `z${'1'.repeat(5000)}` } })],
    ['of an unknown key', (it) => ({ ...it, proof: { ...it['proof'], verificationMethod: `${bob.uri}#x` } })],
    [
      "of the actor's RSA key",
      (it) => ({ ...it, proof: { ...it['proof'], verificationMethod: bob.rsaKey.keyId } }),
    ],
  ])('%s', async (_name, change) => {
    expect(await changed(change)).toBeUndefined()
  })

  it('of somebody else', async () => {
    const signed = await signDocument(moveOf(bob), { proofKey: mal.proofKey }, now)
    expect(await verify(signed)).toBeUndefined()
    expect(await verifyProof(signed, mal.uri, findKey, now)).toBeDefined()
  })

  it('from the future, but it is when it is old', async () => {
    const signed = await sign(moveOf(bob))
    expect(await verify(signed, new Date('2026-11-19T12:00:00Z'))).toBeUndefined()
    expect(await verify(signed, new Date('2046-11-19T12:00:00Z'))).toBeDefined()
  })
})

it('A signature beside the proof does not disturb it', async () => {
  const signed = await signDocument(moveOf(bob), bob, now)
  expect(signed).toHaveProperty('signature')
  expect(await verify(signed)).toMatchObject({ type: 'Move' })
})
