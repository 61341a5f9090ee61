import { describe, expect, it } from 'vitest'
import { signDocument } from '../../../src/federation/signing/sign-document.ts'
import { mayBeSignedMove, verifySignedMove } from '../../../src/federation/signing/verify-carried.ts'
import { bob, createOf, findKey, mal, moveOf, newHome, now, publicCollection, updateOf } from './support.ts'

type Json = Record<string, any>

const move = { id: `${bob.uri}#moves/1`, actor: bob.uri, target: newHome, signedAt: '2026-11-21T12:00:00Z' }
const update = { ...move, id: `${bob.uri}#updates/1` }

const bySignature = (document: object) => signDocument(document, { rsaKey: bob.rsaKey }, now)
const byProof = (document: object) => signDocument(document, { proofKey: bob.proofKey }, now)
const read = (document: Json, actor = bob.uri) => verifySignedMove(document, actor, findKey, now)

describe.each([
  ['a signature', bySignature],
  ['a proof', byProof],
])('by %s of its actor', (_name, sign) => {
  it('a Move is believed, with the actor whole or by its id', async () => {
    expect(await read(await sign(moveOf(bob)))).toEqual(move)
    const { object } = updateOf(bob)
    const whole = { ...moveOf(bob), '@context': updateOf(bob)['@context'], object }
    expect(await read(await sign(whole))).toEqual(move)
  })

  it('an Update that sets movedTo is a move', async () => {
    expect(await read(await sign(updateOf(bob, { movedTo: newHome })))).toEqual(update)
  })

  it.each<[string, Json]>([
    ['an Update that sets none', updateOf(bob)],
    ['an Update with two', updateOf(bob, { movedTo: [newHome, mal.uri] })],
    ['an Update whose word for it means nothing', { ...updateOf(bob), '@context': moveOf(bob)['@context'] }],
    ['a move of somebody else', moveOf(bob, { object: mal.uri })],
    ['a move to itself', moveOf(bob, { target: bob.uri })],
    ['a move to two places', moveOf(bob, { target: [newHome, mal.uri] })],
    ['a move of two', moveOf(bob, { object: [bob.uri, mal.uri] })],
    ['a move by two', moveOf(bob, { actor: [bob.uri, mal.uri] })],
    ['a move that is something else as well', moveOf(bob, { type: ['Move', 'Update'] })],
    ['a move without a name', (({ id: _id, ...rest }) => rest)(moveOf(bob))],
    ['a move under the name of another host', moveOf(bob, { id: `${mal.uri}#moves/1` })],
    [
      'a move to an address that two readers may read in two ways',
      moveOf(bob, { target: 'HTTPS://new.example/' }),
    ],
    ['a post', createOf(bob)],
  ])('%s is not', async (_what, document) => {
    const signed = await sign(document).catch(() => undefined)
    expect(await read(signed ?? document)).toBeUndefined()
  })

  it('nothing is taken that was changed on the way', async () => {
    const signed = await sign(moveOf(bob))
    for (const change of [{ target: mal.uri }, { id: `${bob.uri}#moves/2` }, { cc: [] }]) {
      expect(await read({ ...signed, ...change })).toBeUndefined()
    }
    expect(await read({ ...signed, actor: mal.uri }, mal.uri)).toBeUndefined()
    expect(await read(signed, mal.uri)).toBeUndefined()
  })

  it('a document with graphs, or with words for them, is refused', async () => {
    const signed = await sign(moveOf(bob))
    const hidden = { id: `${bob.uri}/x`, type: 'Note' }
    for (const more of [
      { '@graph': [hidden] },
      { '@included': [hidden] },
      { '@reverse': { object: hidden } },
    ]) {
      expect(await read({ ...signed, ...more })).toBeUndefined()
    }
    const alias = [signed['@context'], { g: '@graph' }].flat()
    expect(await read({ ...signed, '@context': alias })).toBeUndefined()
  })
})

describe('what somebody signed cannot be made to say something else', () => {
  /** The same statements, told from another end. */
  it('by telling of an Undo what it takes back', async () => {
    const undo = {
      ...moveOf(bob),
      id: `${bob.uri}#undo`,
      type: 'Undo',
      object: moveOf(bob),
      target: undefined,
    }
    const signed = await bySignature(undo)
    const { object, signature, ...outer } = signed
    const turned = { '@context': signed['@context'], ...(object as object), signature }
    expect(await read(turned)).toBeUndefined()
    const nested = { ...turned, summary: outer }
    expect(await read(nested)).toBeUndefined()
    expect(await read({ ...signed, id: moveOf(bob)['id'] })).toBeUndefined()
  })

  it('by telling of what stands inside a move that was taken back, in the words of the signed whole', async () => {
    const context = [
      'https://www.w3.org/ns/activitystreams',
      { undoes: 'as:object', inside: { '@id': 'as:result' } },
    ]
    const inner: Json = { ...moveOf(bob), '@context': undefined }
    const outer = { id: `${bob.uri}#undo`, type: 'Undo', actor: bob.uri, undoes: inner }
    const signed = await bySignature({ '@context': context, ...outer })
    expect(await read({ ...signed, id: inner['id'], type: 'Move' })).toBeUndefined()
  })

  it('by other words for the same statements: then it says the same', async () => {
    const { to, ...signed } = await bySignature(moveOf(bob))
    expect(
      await read({ ...signed, 'https://www.w3.org/ns/activitystreams#to': { '@id': (to as string[])[0] } }),
    ).toEqual(move)
  })

  it('by a word that says more to us than it was signed to say', async () => {
    const signed = await bySignature(moveOf(bob, { target: undefined, 'as:result': newHome }))
    expect(await read({ ...signed, target: mal.uri })).toBeUndefined()
    const withoutMeaning = { ...(await bySignature(updateOf(bob))), unheardOf: 'x' }
    expect(await read(withoutMeaning)).toBeUndefined()
    const { object, ...rest } = await bySignature({
      ...updateOf(bob),
      '@context': moveOf(bob)['@context'],
      object: { id: bob.uri, type: 'Person' },
    })
    expect(await read({ ...rest, object: { ...(object as object), movedTo: mal.uri } })).toBeUndefined()
  })
})

describe('the work is bounded', () => {
  it('by kind and size, before anything is read', () => {
    expect(mayBeSignedMove(moveOf(bob), 65_536)).toBe(true)
    expect(mayBeSignedMove(moveOf(bob), 65_537)).toBe(false)
    expect(mayBeSignedMove(createOf(bob), 100)).toBe(false)
    expect(mayBeSignedMove({ type: ['Move'] }, 100)).toBe(false)
  })

  it('by the number of values', async () => {
    const many = moveOf(bob, { to: Array.from({ length: 500 }, (_, at) => `https://x.example/${at}`) })
    expect(await read(await byProof(many))).toBeUndefined()
    expect(await read(await byProof({ ...many, to: many['to'].slice(0, 100) }))).toEqual(move)
  })

  it('where parts without a name cannot be told apart', async () => {
    const signed = await bySignature(moveOf(bob))
    const ring = Array.from({ length: 100 }, (_, at) => ({
      id: `_:n${at}`,
      attributedTo: [0, 1, 2, 3].map((step) => ({ id: `_:n${(at + 7 * step + 1) % 100}` })),
    }))
    const begin = performance.now()
    expect(await read({ ...signed, tag: ring })).toBeUndefined()
    expect(performance.now() - begin).toBeLessThan(2000)
  })

  it('where the key is not known: nothing is computed', async () => {
    const asked: string[] = []
    const find = async (keyId: string) => void asked.push(keyId)
    const signed = await signDocument(moveOf(bob, { cc: [publicCollection] }), bob, now)
    expect(await verifySignedMove(signed, bob.uri, find as typeof findKey, now)).toBeUndefined()
    expect(asked).toEqual([bob.proofKey.keyId, bob.rsaKey.keyId])
  })
})
