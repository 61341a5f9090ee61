import { randomBytes } from 'node:crypto'

/** In the media storage, under a name that is never served as media: only `.zip` files of ours are archives. */
export function newArchiveKey(): string {
  return `${randomBytes(16).toString('hex')}.zip`
}

/** What it is saved as, as Mastodon calls it: `archive-<YYYYMMDDHHMMSS>-<32 hex>.zip`. */
export function archiveName({ createdAt, key }: { createdAt: Date; key: string }): string {
  const stamp = createdAt.toISOString().replaceAll(/\D/g, '').slice(0, 14)
  return `archive-${stamp}-${key.slice(0, 32)}.zip`
}
