import type { KeyObject } from 'node:crypto'
import { pinnedContext } from '../../../src/federation/contexts.ts'
import type { FindKey } from '../../../src/federation/signing/keys.ts'
import {
  exportPublicKeyPem,
  generateEd25519KeyPair,
  generateRsaKeyPair,
  toMultikey,
} from '../../../src/lib/signatures/keys.ts'
import { actorContext, noteContext, plainContext } from '../../../src/federation/vocab/write-contexts.ts'

export const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'
export const now = new Date('2026-11-21T12:00:00.123Z')

export const bob = await makeSigner('https://old.example/users/bob')
export const mal = await makeSigner('https://evil.example/users/mal')
export const newHome = 'https://new.example/users/bob'

export type Signer = Awaited<ReturnType<typeof makeSigner>>

/** Somebody with both kinds of keys, and the document that lists them. */
export async function makeSigner(uri: string) {
  const [rsa, ed25519] = [await generateRsaKeyPair(), await generateEd25519KeyPair()]
  const rsaKey = { keyId: `${uri}#main-key`, privateKey: rsa.privateKey }
  const proofKey = { keyId: `${uri}#ed25519-key`, privateKey: ed25519.privateKey }
  const document = {
    '@context': actorContext,
    id: uri,
    type: 'Person',
    preferredUsername: 'bob',
    inbox: `${uri}/inbox`,
    publicKey: { id: rsaKey.keyId, owner: uri, publicKeyPem: exportPublicKeyPem(rsa.publicKey) },
    assertionMethod: [
      {
        id: proofKey.keyId,
        type: 'Multikey',
        controller: uri,
        publicKeyMultibase: toMultikey(ed25519.publicKey),
      },
    ],
  }
  const publicKeys = new Map<string, KeyObject>([
    [rsaKey.keyId, rsa.publicKey],
    [proofKey.keyId, ed25519.publicKey],
  ])
  return { uri, rsaKey, proofKey, document, publicKeys }
}

/** What the database knows: whose keys these are. */
export const findKey: FindKey = async (keyId) => {
  const owner = [bob, mal].find(({ publicKeys }) => publicKeys.has(keyId))
  return owner && { publicKey: owner.publicKeys.get(keyId)!, actorUri: owner.uri }
}

/** Fedify's way to contexts and key owners, without a network. */
async function loadDocument(url: string) {
  const owner = [bob, mal].find(({ uri }) => url.startsWith(uri))
  const document = pinnedContext(url) ?? owner?.document
  if (document === undefined) throw new Error(`Nobody serves ${url}`)
  return { contextUrl: null, documentUrl: url.split('#', 1)[0]!, document }
}

export const loaders = { documentLoader: loadDocument, contextLoader: loadDocument }

export const moveOf = ({ uri }: Signer, more: object = {}): Record<string, any> => ({
  '@context': plainContext,
  id: `${uri}#moves/1`,
  type: 'Move',
  actor: uri,
  object: uri,
  target: newHome,
  to: [`${uri}/followers`],
  cc: [publicCollection],
  ...more,
})

export function updateOf({ uri, document }: Signer, changes: object = {}): Record<string, any> {
  const { '@context': context, ...object } = document
  return {
    '@context': context,
    id: `${uri}#updates/1`,
    type: 'Update',
    actor: uri,
    to: [publicCollection],
    object: { ...object, ...changes },
  }
}

export const createOf = ({ uri }: Signer): Record<string, any> => ({
  '@context': noteContext,
  id: `${uri}/statuses/1/activity`,
  type: 'Create',
  actor: uri,
  published: '2026-11-21T11:59:59.500Z',
  to: [publicCollection],
  cc: [`${uri}/followers`],
  object: {
    id: `${uri}/statuses/1`,
    type: 'Note',
    attributedTo: uri,
    to: [publicCollection],
    cc: [`${uri}/followers`],
    content: '<p>Grüße \u2028 "1" 👋</p>',
    contentMap: { de: '<p>Grüße \u2028 "1" 👋</p>' },
    sensitive: false,
    tag: [{ type: 'Hashtag', href: 'https://old.example/tags/a', name: '#a' }],
    attachment: [],
  },
})
