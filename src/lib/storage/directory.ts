import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { hasCode } from '../error-code.ts'
import { isKey, type MediaStorage } from './storage.ts'

/** Files below a directory of this machine, by the first letters of their keys: `<dir>/ab/abcd...`. */
export function createDirectoryStorage(root: string): MediaStorage {
  const pathOf = (key: string): string => join(root, key.slice(0, 2), key)
  return {
    put: (key, path) => put(pathOf(key), path),
    measure: async (key) => {
      const found = isKey(key) ? await stat(pathOf(key)).catch(ignoreMissing) : undefined
      return found?.isFile() === true ? found.size : undefined
    },
    open: async (key, range) => {
      if (!isKey(key)) return undefined
      const file = await open(pathOf(key), 'r').catch(ignoreMissing)
      if (file === undefined) return undefined
      const found = await file.stat()
      const isThere = found.isFile() && (range === undefined || range.start < found.size)
      if (!isThere) {
        await file.close()
        return undefined
      }
      return { stream: createReadStream('', { fd: file, ...range }), size: found.size }
    },
    delete: async (key) => {
      if (isKey(key)) await unlink(pathOf(key)).catch(ignoreMissing)
    },
    list: (before) => list(root, before),
    close: () => undefined,
  }
}

/** Under another name until all of it is on the disk. */
async function put(target: string, source: string): Promise<void> {
  const dir = dirname(target)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const draft = `${target}.${randomBytes(6).toString('hex')}.draft`
  try {
    await pipeline(
      createReadStream(source),
      createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }),
    )
    await rename(draft, target)
    await flushDirectory(dir)
  } catch (error) {
    await unlink(draft).catch(ignoreMissing)
    throw error
  }
}

/** The name of a file is on the disk once its directory is. */
async function flushDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function* list(root: string, before: Date): AsyncGenerator<string[]> {
  for (const dir of (await readdir(root).catch(ignoreMissing)) ?? []) {
    if (!/^[\w-]{2}$/.test(dir)) continue
    const old: string[] = []
    for (const name of (await readdir(join(root, dir)).catch(ignoreMissing)) ?? []) {
      const found = await stat(join(root, dir, name)).catch(ignoreMissing)
      if (found === undefined || found.mtime >= before) continue
      if (isKey(name)) old.push(name)
      else if (name.endsWith('.draft')) await unlink(join(root, dir, name)).catch(ignoreMissing)
    }
    if (old.length > 0) yield old
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR')) throw error
}
