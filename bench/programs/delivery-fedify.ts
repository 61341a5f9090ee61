import { createFederation, InProcessMessageQueue, MemoryKvStore } from '@fedify/fedify'
import { Create, Note, Person, PUBLIC_COLLECTION } from '@fedify/vocab'
import { generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import { answerQuestions } from '../support/program.ts'

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const origin = new URL('http://localhost:3000')

/** The pair as WebCrypto keys, which Fedify wants. */
async function importKeyPair() {
  const { publicKey, privateKey } = await generateRsaKeyPair()
  return {
    publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']),
    privateKey: privateKey.toCryptoKey(algorithm, true, ['sign']),
  }
}

const keyPairs = [await importKeyPair()]
const federation = createFederation<void>({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue(),
  origin: origin.href,
  allowPrivateAddress: true,
})
federation
  .setActorDispatcher('/users/{identifier}', (ctx, identifier) => {
    return new Person({ id: ctx.getActorUri(identifier), preferredUsername: identifier })
  })
  .setKeyPairsDispatcher(() => keyPairs)

/**
 * Fedify as its manual says, but with an RSA-2048 key: one activity handed over for everybody, fanned out and sent
 * by the queue in this process. Returns when it has been handed over.
 */
async function send({ inboxes }: { inboxes: readonly string[] }): Promise<void> {
  const ctx = federation.createContext(origin, undefined)
  const author = ctx.getActorUri('author')
  const id = new URL('/users/author/statuses/1', origin)
  const note = new Note({
    id,
    attribution: author,
    content: '<p>Hello</p>',
    to: PUBLIC_COLLECTION,
  })
  const create = new Create({
    id: new URL(`${id.href}/activity`),
    actor: author,
    object: note,
    to: PUBLIC_COLLECTION,
  })
  const recipients = inboxes.map((inbox) => ({
    id: new URL(inbox),
    inboxId: new URL(inbox),
    endpoints: null,
  }))
  await ctx.sendActivity({ identifier: 'author' }, recipients, create)
}

answerQuestions({ send })
