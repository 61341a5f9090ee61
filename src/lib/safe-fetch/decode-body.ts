import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

export type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
])

const MAX_LAYERS = 2

/** What we ask for. */
export const ACCEPT_ENCODING = 'gzip, br'

/**
 * Reads a Content-Encoding header, before any of the body is read.
 * @returns the decoders in the order in which they are to be applied, or null when an encoding is unknown or
 *   there are more than two
 */
export function decodersOf(contentEncoding: string): readonly Decoder[] | null {
  const names = contentEncoding.split(',').map((name) => name.trim().toLowerCase())
  const layers = names.filter((name) => name !== '' && name !== 'identity').reverse()
  if (layers.length > MAX_LAYERS) return null
  const decoders = layers.flatMap((name) => DECODERS.get(name) ?? [])
  return decoders.length === layers.length ? decoders : null
}

/**
 * Undoes the encodings, never holding more than `maxBytes` of any layer's output.
 * @throws what zlib throws: code `ERR_BUFFER_TOO_LARGE` when there is more
 */
export async function decodeBody(
  body: Buffer,
  decoders: readonly Decoder[],
  maxBytes: number,
): Promise<Buffer> {
  let decoded = body
  for (const decode of decoders) decoded = await decode(decoded, { maxOutputLength: maxBytes })
  return decoded
}
