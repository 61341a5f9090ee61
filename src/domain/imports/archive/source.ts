import type { Readable } from 'node:stream'
import type { Visibility } from '../../../db/schema.ts'

/** What an archive says, item by item, whatever software wrote it. Nothing of it has been checked but its form. */
export type ArchiveItem =
  /** A post as ActivityStreams has it; attachments that are in the archive have addresses that `fileOf` knows. */
  | { readonly kind: 'post'; readonly document: Record<string, unknown> }
  | {
      readonly kind: 'boost'
      readonly uri: string
      readonly boosted: string
      readonly published: string | null
      readonly visibility: Visibility
    }
  | { readonly kind: 'bookmark'; readonly uri: string }
  /** Something that is not brought along, with what it is. */
  | { readonly kind: 'other'; readonly what: string }

export const archiveSoftware = ['mastodon', 'pleroma', 'misskey', 'holdfast', 'activitypub'] as const

/** Who wrote an archive, as far as its form tells. */
export type ArchiveSoftware = (typeof archiveSoftware)[number]

/** An archive of one account, whose items come in the same order whenever they are read. */
export type ArchiveSource = AsyncDisposable & {
  readonly software: ArchiveSoftware
  /** Whose it says it is. */
  readonly actorUri: string
  readonly followersUri: string | undefined
  /** Ids of posts that are shown first. */
  readonly pinned: ReadonlySet<string>
  /** @throws DomainError `invalid` when the file is damaged */
  items(): AsyncIterable<ArchiveItem>
  /** Other ids of posts, by the ids that they have in the archive. */
  readonly formerUris: ReadonlyMap<string, readonly string[]>
  /** The file that an attachment's address stands for, if it is in the archive. */
  fileOf(url: string): { readonly bytes: number; read(): Promise<Readable> } | undefined
}

/** Stands for the inside of an archive in addresses of attachments. */
export const insideOrigin = 'https://inside.invalid'
