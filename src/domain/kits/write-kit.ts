import { createHash, sign, type KeyObject } from 'node:crypto'
import { CompactEncrypt, importJWK } from 'jose'
import { paddingBytes, type KitHeader, type KitPart } from './kit-format.ts'

/**
 * A copy of a kit, line by line. The last part says how many there are and is signed, so that nobody who keeps a copy
 * can shorten it, change the order or put in what is not there.
 * @param signingKey Ed25519, the one that the header names
 */
export async function* writeKit(
  header: KitHeader,
  parts: AsyncIterable<KitPart> | Iterable<KitPart>,
  signingKey: KeyObject,
): AsyncGenerator<string> {
  const digest = createHash('sha256')
  const recipient = await importJWK(header.public_key, 'ECDH-ES+A256KW')
  const counts: Record<string, number> = {}
  let number = 0
  const first = `${JSON.stringify(header)}\n`
  digest.update(first)
  yield first
  for await (const part of parts) {
    counts[part.kind] = (counts[part.kind] ?? 0) + part.items.length
    const line = await seal(part, ++number, recipient)
    digest.update(line)
    yield line
  }
  const sum = digest.digest()
  const signature = sign(null, sum, signingKey).toString('base64url')
  const end = { kind: 'end', parts: number, counts, digest: sum.toString('base64url'), signature }
  yield await seal(end, number + 1, recipient)
}

async function seal(
  content: object,
  part: number,
  recipient: Awaited<ReturnType<typeof importJWK>>,
): Promise<string> {
  const sealed = await new CompactEncrypt(pad(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', part })
    .encrypt(recipient)
  return `${sealed}\n`
}

function pad(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([bytes, Buffer.alloc(paddingBytes - (bytes.length % paddingBytes), ' ')])
}
