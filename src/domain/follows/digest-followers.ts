import { hash } from 'node:crypto'

/**
 * What two servers compare: the XOR of the SHA-256 of each id, as 64 hexadecimal digits; zeros for nobody.
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/8fcf/fep-8fcf.md
 */
export function digestFollowers(ids: readonly string[]): string {
  const digest = Buffer.alloc(32)
  for (const id of ids) {
    const one = hash('sha256', id, 'buffer')
    for (const [index, byte] of one.entries()) digest[index]! ^= byte
  }
  return digest.toString('hex')
}
