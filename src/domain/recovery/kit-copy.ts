import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { lockedKey, kitLimits } from '../kits/kit-format.ts'
import { keyItem } from '../kits/kit-items.ts'

type Place = Pick<Context, 'config'>

/** Where the copy of a kit stands, as encrypted as it came, until all of it is restored. */
function copyPath({ config }: Place, name: string): string {
  return join(config.dataDir, 'recoveries', `${name}.kit`)
}

/** @throws DomainError `invalid` for what is longer than any kit */
export async function keepCopy(ctx: Place, name: string, source: AsyncIterable<Uint8Array>): Promise<string> {
  const path = copyPath(ctx, name)
  await mkdir(join(ctx.config.dataDir, 'recoveries'), { recursive: true, mode: 0o700 })
  let size = 0
  const measure = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      size += chunk.length
      if (size > kitLimits.fileBytes)
        done(new DomainError('invalid', 'This file is larger than a recovery kit may be.'))
      else done(null, chunk)
    },
  })
  try {
    await pipeline(Readable.from(source), measure, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
  } catch (error) {
    await dropCopy(ctx, name)
    throw error
  }
  return path
}

export function openCopy(ctx: Place, name: string): AsyncIterable<Uint8Array> {
  return createReadStream(copyPath(ctx, name)) as AsyncIterable<Uint8Array>
}

/** Also where there is none. */
export async function dropCopy(ctx: Place, name: string): Promise<void> {
  await rm(copyPath(ctx, name), { force: true })
}

const opener = z.object({
  /** Of the copy. */
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
