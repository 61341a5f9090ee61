import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { Arrival } from './remote-server.ts'

/** What an app keeps to itself, and what it shows to the server. */
export type PushKeys = {
  readonly keys: { readonly p256dh: string; readonly auth: string }
  /** What a message says; as a browser does it, by RFC 8188 and RFC 8291 or by the drafts before them. */
  read(arrival: PushArrival): any
}

type PushArrival = Pick<Arrival, 'headers' | 'bytes'>

export function makePushKeys(): PushKeys {
  const ecdh = createECDH('prime256v1')
  const mine = ecdh.generateKeys()
  const auth = randomBytes(16)

  const readStandard = (bytes: Buffer): Buffer => {
    const salt = bytes.subarray(0, 16)
    const idLength = bytes[20]!
    const theirs = bytes.subarray(21, 21 + idLength)
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), mine, theirs])
    const secret = hkdfSync('sha256', ecdh.computeSecret(theirs), auth, info, 32)
    const key = hkdf(secret, salt, 'Content-Encoding: aes128gcm\0', 16)
    const nonce = hkdf(secret, salt, 'Content-Encoding: nonce\0', 12)
    const plain = decrypt(key, nonce, bytes.subarray(21 + idLength))
    // The last record ends with 2 and zeroes.
    return plain.subarray(0, plain.lastIndexOf(2))
  }

  const readDraft = ({ headers, bytes }: PushArrival): Buffer => {
    const salt = parameter(headers['encryption'], 'salt')
    const theirs = parameter(headers['crypto-key'], 'dh')
    const secret = hkdfSync('sha256', ecdh.computeSecret(theirs), auth, 'Content-Encoding: auth\0', 32)
    const sized = (key: Buffer) => Buffer.concat([Buffer.of(0, key.length), key])
    const context = Buffer.concat([Buffer.from('P-256\0'), sized(mine), sized(theirs)])
    const info = (name: string) => Buffer.concat([Buffer.from(`Content-Encoding: ${name}\0`), context])
    const key = hkdf(secret, salt, info('aesgcm'), 16)
    const plain = decrypt(key, hkdf(secret, salt, info('nonce'), 12), bytes)
    return plain.subarray(2 + plain.readUInt16BE(0))
  }

  const read = (arrival: PushArrival): any => {
    const isStandard = arrival.headers['content-encoding'] === 'aes128gcm'
    return JSON.parse((isStandard ? readStandard(arrival.bytes) : readDraft(arrival)).toString())
  }
  return { keys: { p256dh: mine.toString('base64url'), auth: auth.toString('base64url') }, read }
}

function hkdf(secret: ArrayBuffer, salt: Buffer, info: string | Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret), salt, info, length))
}

function decrypt(key: Buffer, nonce: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
}

export function parameter(header: string | string[] | undefined, name: string): Buffer {
  const [, value] = new RegExp(`(?:^|[;, ])${name}=([\\w-]+)`).exec(String(header)) ?? []
  return Buffer.from(value ?? '', 'base64url')
}
