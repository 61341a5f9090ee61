import { sign } from 'node:crypto'
import { algorithmOf, hashOf } from './algorithm.ts'
import type { KeyObject } from 'node:crypto'

/**
 * Signs on the thread pool: RSA-2048 costs about a millisecond, which the event loop has not to spare when a post
 * goes to thousands of inboxes.
 */
export function signBytes(data: Buffer, privateKey: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const algorithm = algorithmOf(privateKey)
    if (!algorithm) throw new TypeError(`Cannot sign with a key of type ${privateKey.asymmetricKeyType}`)
    sign(hashOf(algorithm), data, privateKey, (error, signature) => {
      if (error) reject(error)
      else resolve(signature)
    })
  })
}
