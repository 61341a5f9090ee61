import { createHash } from 'node:crypto'
import { Readable, type Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

export type WrittenFile = {
  readonly path: string
  /** Bytes, unpacked. */
  readonly size: number
  /** In hex. */
  readonly sha256: string
}

type Content = AsyncIterable<string | Buffer> | Iterable<string | Buffer>

/** Writes a zip file into a stream, file by file: no more of any is in memory than is being written. */
export class ZipWriter {
  readonly #zip = new ZipFile()
  readonly #written: Promise<void>
  readonly #files: WrittenFile[] = []
  readonly #mtime: Date

  /** @param mtime of all files in it */
  constructor(target: Writable, mtime: Date) {
    this.#mtime = mtime
    const { outputStream } = this.#zip as ZipFile & { outputStream: Readable }
    this.#zip.on('error', (error: Error) => outputStream.destroy(error))
    this.#written = pipeline(outputStream, target)
    // Whoever waits for it is told; nobody may be waiting yet.
    this.#written.catch(() => undefined)
  }

  /** What was written so far. */
  get files(): readonly WrittenFile[] {
    return this.#files
  }

  /**
   * Writes a file, after those that were added before.
   * @param packed whether it becomes shorter by it: pictures and the like do not
   * @throws what the content or the target throws; then the whole is of no use
   */
  async add(path: string, content: Content, packed = true): Promise<WrittenFile> {
    const digest = createHash('sha256')
    let size = 0
    const measured = async function* () {
      for await (const chunk of content) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        if (bytes.length === 0) continue
        digest.update(bytes)
        size += bytes.length
        yield bytes
      }
    }
    const stream = Readable.from(measured(), { objectMode: false })
    this.#zip.addReadStream(stream, path, { mtime: this.#mtime, mode: 0o100600, compress: packed })
    try {
      await Promise.race([finished(stream, { writable: false }), this.#written])
    } finally {
      stream.destroy()
    }
    const file = { path, size, sha256: digest.digest('hex') }
    this.#files.push(file)
    return file
  }

  /** Resolves when the target has all of it and is closed. */
  async end(): Promise<void> {
    this.#zip.end()
    await this.#written
  }

  /** Ends the target without the rest. Nothing happens after `end`. */
  abort(): void {
    const { outputStream } = this.#zip as ZipFile & { outputStream: Readable }
    outputStream.destroy(new Error('It was given up'))
  }
}
