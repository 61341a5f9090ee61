import { open } from 'node:fs/promises'
import { SIGNATURE_BYTES } from '../../lib/media-type.ts'

/** The first bytes of a file: as many as tell what it is, or all of a shorter one. */
export async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
