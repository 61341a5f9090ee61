import { createHash, verify, type Hash } from 'node:crypto'
import { compactDecrypt, importJWK, type CryptoKey, type KeyObject } from 'jose'
import { z } from 'zod'
import { DomainError } from '../../lib/errors.ts'
import { parseMultikey } from '../../lib/signatures/keys.ts'
import { openKitHeader } from './kit-keys.ts'
import {
  kitHeader,
  kitLimits,
  partKinds,
  type KitHeader,
  type KitPart,
  type LockedKey,
} from './kit-format.ts'
import { splitLines } from './split-lines.ts'

export type OpenKit = {
  /** Whose it is. */
  readonly owner: Pick<LockedKey, 'account' | 'actor' | 'signed_by'>
  /**
   * What it holds, in order. Nothing of it may be believed before the last part was read: only then it is known to be
   * whole.
   * @throws DomainError `invalid` when a line is not as it was written, or the end is missing
   */
  readonly parts: AsyncGenerator<KitPart, KitEnd>
  /** What reads this copy again, without the passphrase: a secret. */
  readonly unlocked: LockedKey
}

const partContent = z.object({ kind: z.enum(partKinds), items: z.array(z.unknown()) })
const endContent = z.object({
  kind: z.literal('end'),
  parts: z.number().int(),
  counts: z.record(z.string(), z.number().int()),
  digest: z.string(),
  signature: z.string(),
})
export type KitEnd = Pick<z.output<typeof endContent>, 'parts' | 'counts'>

/**
 * Opens a copy of a kit.
 * @param source its bytes, in chunks of any length
 * @throws DomainError `invalid` for what is no kit of this version, `forbidden` for another passphrase
 */
export async function readKit(source: AsyncIterable<Uint8Array>, passphrase: string): Promise<OpenKit> {
  return openWith(source, (header) => openKitHeader(header, passphrase))
}

/**
 * Opens a copy that was opened before.
 * @throws DomainError `invalid` for what is no kit of this version
 */
export function reopenKit(source: AsyncIterable<Uint8Array>, unlocked: LockedKey): Promise<OpenKit> {
  return openWith(source, async () => unlocked)
}

async function openWith(
  source: AsyncIterable<Uint8Array>,
  unlock: (header: KitHeader) => Promise<LockedKey>,
): Promise<OpenKit> {
  const lines = splitLines(source, { line: kitLimits.lineBytes, file: kitLimits.fileBytes })
  const first = await lines.next()
  if (first.done === true) throw damaged()
  const unlocked = await unlock(readHeader(first.value))
  const { account, actor, signed_by } = unlocked
  return { owner: { account, actor, signed_by }, parts: readParts(first.value, lines, unlocked), unlocked }
}

function readHeader(line: string): z.output<typeof kitHeader> {
  const parsed = kitHeader.safeParse(parseJson(line))
  if (parsed.success) return parsed.data
  throw new DomainError('invalid', 'This is not a recovery kit that this version can read.')
}

async function* readParts(
  first: string,
  lines: AsyncGenerator<string>,
  key: LockedKey,
): AsyncGenerator<KitPart, KitEnd> {
  const digest = createHash('sha256').update(`${first}\n`)
  const privateKey = await importJWK(key.private_key, 'ECDH-ES+A256KW')
  let number = 0
  for await (const line of lines) {
    if (++number > kitLimits.parts) throw damaged()
    const content = await unseal(line, number, privateKey)
    const part = partContent.safeParse(content)
    if (!part.success) return checkEnd(content, { key, digest, number, rest: await lines.next() })
    digest.update(`${line}\n`)
    yield part.data
  }
  throw damaged()
}

async function unseal(
  line: string,
  number: number,
  key: CryptoKey | KeyObject | Uint8Array,
): Promise<unknown> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(line, key, {
      keyManagementAlgorithms: ['ECDH-ES+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    if (protectedHeader['part'] !== number) return undefined
    return parseJson(new TextDecoder().decode(plaintext))
  } catch {
    return undefined
  }
}

type Ending = {
  readonly key: LockedKey
  readonly digest: Hash
  readonly number: number
  readonly rest: IteratorResult<string, unknown>
}

function checkEnd(content: unknown, { key, digest, number, rest }: Ending): KitEnd {
  const end = endContent.safeParse(content)
  const signer = parseMultikey(key.signed_by)
  if (!end.success || signer === undefined || rest.done !== true) throw damaged()
  const sum = digest.digest()
  const isWhole = end.data.parts === number - 1 && end.data.digest === sum.toString('base64url')
  const isSigned = verify(null, sum, signer, Buffer.from(end.data.signature, 'base64url'))
  if (!isWhole || !isSigned) throw damaged()
  return { parts: end.data.parts, counts: end.data.counts }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function damaged(): DomainError {
  return new DomainError('invalid', 'This recovery kit is damaged: fetch another copy of it.')
}
