import type { Readable } from 'node:stream'

/** Bytes from `start` to `end`, both included. */
export type ByteRange = { readonly start: number; readonly end: number }

/** A file in the storage, being read. Whoever has it reads the stream to its end or destroys it. */
export type StoredFile = {
  readonly stream: Readable
  /** Of the whole file, in bytes, whatever part of it is read. */
  readonly size: number
}

/** Where the files of media are kept, each under a key that `isKey` accepts. */
export type MediaStorage = {
  /** Keeps a file whole or not at all, in place of what was there. @param path of a file on this machine */
  put(key: string, path: string, mediaType: string): Promise<void>
  /** How large a file is, in bytes; undefined when there is none. */
  measure(key: string): Promise<number | undefined>
  /** @returns undefined when there is none, or none of those bytes */
  open(key: string, range?: ByteRange): Promise<StoredFile | undefined>
  /** Also where there is none. */
  delete(key: string): Promise<void>
  /** Keys of what was kept before a moment, a bounded number at a time. */
  list(before: Date): AsyncIterable<readonly string[]>
  close(): void
}

/** Letters, digits, `_` and `-`, and an extension: nothing that means something to a file system or a store. */
export function isKey(key: string): boolean {
  return /^[\w-]{20,64}(\.[a-z0-9]{2,5})?$/.test(key)
}
