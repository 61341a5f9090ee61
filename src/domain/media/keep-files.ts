import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { extensionOf } from './media-types.ts'

/** 128 bits that nobody can guess, and an extension that tells the type of the file. */
export function newKey(mediaType: string): string {
  return `${randomBytes(16).toString('hex')}.${extensionOf(mediaType)}`
}

/** Puts a file of this machine into the storage. */
export async function keepFile(
  { storage }: Pick<Context, 'storage'>,
  path: string,
  mediaType: string,
): Promise<{ readonly key: string; readonly size: number }> {
  const key = newKey(mediaType)
  const { size } = await stat(path)
  await storage.put(key, path, mediaType)
  return { key, size }
}

/** A directory for a while. */
export class WorkDirectory implements AsyncDisposable {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  static async create(): Promise<WorkDirectory> {
    return new WorkDirectory(await mkdtemp(join(tmpdir(), 'holdfast-media-')))
  }

  file(name: string): string {
    return join(this.#path, name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#path, { recursive: true, force: true })
  }
}
