import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { lockedKey, kitLimits } from '../kits/kit-format.ts'
import { keyItem } from '../kits/kit-items.ts'

type Place = Pick<Context, 'storage'>

/** A copy that is being read. */
export type OpenCopy = AsyncDisposable & { readonly content: AsyncIterable<Uint8Array> }

/** @param path of a new file on this machine @throws DomainError `invalid` for what is longer than any kit */
export async function receiveKit(source: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  let size = 0
  const measure = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      size += chunk.length
      if (size > kitLimits.fileBytes)
        done(new DomainError('invalid', 'This file is larger than a recovery kit may be.'))
      else done(null, chunk)
    },
  })
  await pipeline(Readable.from(source), measure, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
}

/**
 * Keeps a kit, as encrypted as it came, until all of it is restored, by whichever process.
 * @param path of a file on this machine
 * @returns its key in the storage, which `isCopyKey` tells from others
 */
export async function keepCopy({ storage }: Place, recoveryId: string, path: string): Promise<string> {
  const key = `${recoveryId}-${randomBytes(16).toString('hex')}.kit`
  await storage.put(key, path, 'application/octet-stream')
  return key
}

export function isCopyKey(key: string): boolean {
  return /^\d+-[0-9a-f]{32}\.kit$/.test(key)
}

/** @throws Error when it is gone */
export async function openCopy({ storage }: Place, key: string): Promise<OpenCopy> {
  const file = await storage.open(key)
  if (file === undefined) throw new Error(`The copy ${key} of a recovery kit is gone`)
  const { stream } = file
  return { content: stream, [Symbol.asyncDispose]: async () => void stream.destroy() }
}

/** Also where there is none. */
export async function dropCopy({ storage }: Place, key: string): Promise<void> {
  await storage.delete(key)
}

const opener = z.object({
  /** The key of the copy. */
  name: z.string(),
  unlocked: lockedKey,
  document: z.string(),
  keys: z.array(keyItem),
})

/** What is needed to go on with a kit whose passphrase nobody gives a second time. */
export type Opener = z.output<typeof opener>

const purpose = 'recovery-kit'

export function sealOpener({ keyring }: Pick<Context, 'keyring'>, secret: Opener): Buffer {
  return keyring.wrap(purpose, Buffer.from(JSON.stringify(secret)))
}

/** @throws Error when it was sealed with another root secret */
export function unsealOpener({ keyring }: Pick<Context, 'keyring'>, sealed: Buffer): Opener {
  return opener.parse(JSON.parse(keyring.unwrap(purpose, sealed).toString()))
}
