import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../../config.ts'
import { hasCode } from '../../lib/error-code.ts'

type Place = Pick<Config, 'dataDir'>

/** What a file is called, and its row. */
export function digestOf(url: string): Buffer {
  return createHash('sha256').update(url).digest()
}

export function cacheDir({ dataDir }: Place): string {
  return join(dataDir, 'cache', 'media')
}

/** Relative to the directory of the cache: `1f/1f3a...`. */
export function cachePath(digest: Buffer): string {
  const name = digest.toString('hex')
  return join(name.slice(0, 2), name)
}

/** A file that is written under another name, and takes its own once it is complete. */
export class DraftFile implements AsyncDisposable {
  readonly #path: string
  readonly #draft: string
  #file: Promise<FileHandle> | undefined
  /** Bytes written so far. */
  size = 0

  constructor(place: Place, digest: Buffer) {
    this.#path = join(cacheDir(place), cachePath(digest))
    this.#draft = `${this.#path}.${randomBytes(6).toString('hex')}.draft`
  }

  async open(): Promise<void> {
    this.#file = this.#create()
    await this.#file
  }

  async write(chunk: Buffer): Promise<void> {
    await (await this.#file)?.writeFile(chunk)
    this.size += chunk.length
  }

  async keep(): Promise<void> {
    await this.#close()
    await rename(this.#draft, this.#path)
  }

  /** What was not kept is gone, also when it is still being opened. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
    await removeFile(this.#draft)
  }

  async #create(): Promise<FileHandle> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    return open(this.#draft, 'wx', 0o600)
  }

  async #close(): Promise<void> {
    const file = await this.#file?.catch(() => undefined)
    this.#file = undefined
    await file?.close()
  }
}

/** Whether the whole file is there. */
export async function hasFile(place: Place, digest: Buffer, size: number): Promise<boolean> {
  const found = await stat(join(cacheDir(place), cachePath(digest))).catch(ignoreMissing)
  return found?.size === size
}

export async function removeCached(place: Place, digest: Buffer): Promise<void> {
  await removeFile(join(cacheDir(place), cachePath(digest)))
}

/** The files of the cache that were last written before `before`, a directory at a time. */
export async function* listFiles(place: Place, before: Date): AsyncGenerator<string[]> {
  const root = cacheDir(place)
  for (const dir of (await readdir(root).catch(ignoreMissing)) ?? []) {
    const names = (await readdir(join(root, dir)).catch(ignoreMissing)) ?? []
    const paths = names.map((name) => join(root, dir, name))
    const old: string[] = []
    for (const path of paths) {
      const found = await stat(path).catch(ignoreMissing)
      if (found !== undefined && found.mtime < before) old.push(path)
    }
    yield old
  }
}

export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(ignoreMissing)
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error
}
