import { Agent } from 'undici'
import { digestBody } from '../../src/lib/signatures/digest.ts'
import { generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import { signCavage } from '../../src/lib/signatures/cavage.ts'
import { answerQuestions } from '../support/program.ts'

export type DeliveryFloorSettings = {
  readonly body: string
  readonly inboxes: readonly string[]
  /** Requests under way at the same time, over all hosts and to each of them. */
  readonly concurrency: number
  readonly perHost: number
}

const { privateKey } = await generateRsaKeyPair()
const keyId = 'http://localhost:3000/users/author#main-key'

/**
 * The least that any server can do to deliver: an RSA-2048 signature for each inbox, on the thread pool, and a POST
 * over connections that are kept. Nothing is read from a database, and nothing is written down.
 * @returns seconds
 */
async function deliver({ body, inboxes, concurrency, perHost }: DeliveryFloorSettings): Promise<number> {
  const agent = new Agent({ connections: perHost, pipelining: 1 })
  const bytes = Buffer.from(body)
  const digest = digestBody(bytes)
  const post = async (url: string): Promise<void> => {
    const signed = await signCavage({ method: 'POST', url, keyId, privateKey, date: new Date(), digest })
    const headers = { ...signed, 'content-type': 'application/activity+json' }
    const { origin, pathname: path } = new URL(url)
    const answer = await agent.request({ origin, path, method: 'POST', headers, body: bytes })
    if (answer.statusCode !== 202) throw new Error(`${url} answered ${answer.statusCode}`)
    await answer.body.dump()
  }
  const startedAt = performance.now()
  let next = 0
  const work = async (): Promise<void> => {
    for (let url = inboxes[next++]; url !== undefined; url = inboxes[next++]) await post(url)
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  await agent.close()
  return (performance.now() - startedAt) / 1000
}

answerQuestions({ deliver })
