import { z } from 'zod'

/**
 * What an archive of an account is: a zip file with the layout of Mastodon's, and a manifest.
 *
 * - `actor.json`: the actor document, with `icon.url` and `image.url` as paths in the zip (`avatar.<ext>`,
 *   `header.<ext>`) and `outbox`, `likes`, `bookmarks` and `featured` as the names of the files below;
 * - `outbox.json`: an OrderedCollection of a Create with its Note or Question, or an Announce, for every post and boost
 *   of every visibility, oldest first, without `@context` of their own. `url` of an attachment, and of the `icon` of a
 *   video or a recording, is a path in the zip: `media/<file>`. `updated` says when a post was last edited. Options of
 *   polls have their votes in `replies.totalItems`;
 * - `featured.json`: an OrderedCollection of the ids of pinned posts;
 * - `likes.json`, `bookmarks.json`: OrderedCollections of ids of posts by anybody;
 * - `former_ids.json`: `{"items": [{"id", "formerIds": []}]}`, ids that posts had elsewhere before, oldest first;
 * - `csv/<name>`: the files of the export, one by one, under their usual names;
 * - `media/<file>`, `avatar.<ext>`, `header.<ext>`: as they are stored;
 * - `manifest.json`, `manifest.sig`: what follows.
 *
 * `totalItems` follows `orderedItems`, since it is known only then.
 */
export const archiveFiles = {
  actor: 'actor.json',
  outbox: 'outbox.json',
  featured: 'featured.json',
  likes: 'likes.json',
  bookmarks: 'bookmarks.json',
  formerIds: 'former_ids.json',
  manifest: 'manifest.json',
  /** The Ed25519 signature over the bytes of the manifest: 64 bytes. */
  signature: 'manifest.sig',
} as const

export const archiveFolders = { csv: 'csv/', media: 'media/' } as const

export const archiveFormat = { name: 'holdfast-archive', version: 1 } as const

/** As long as a manifest may be: a hundred thousand files and more. */
export const longestManifest = 64 * 1024 ** 2

const count = z.number().int().min(0)

/** Every file but the manifest and its signature is listed with its size in bytes and its SHA-256 in hex. */
export const archiveManifest = z.object({
  format: z.literal(archiveFormat.name),
  version: z.literal(archiveFormat.version),
  /** `holdfast/<version>` */
  software: z.string().max(100),
  /** `@name@domain` */
  account: z.string().max(512),
  /** The id of the actor. */
  actor: z.url({ protocol: /^https?$/ }).max(2048),
  origin: z.url({ protocol: /^https?$/ }).max(2048),
  made_at: z.iso.datetime(),
  /** The Ed25519 key that signed the manifest, as a Multikey: one of `assertionMethod` in `actor.json`. */
  signed_by: z.string().max(64),
  /** How many items stand in the file or folder of that name. */
  counts: z.object({
    ...{ outbox: count, featured: count, likes: count, bookmarks: count, former_ids: count, media: count },
  }),
  /** Files that should be there and could not be read. */
  missing: z.array(z.string().max(512)),
  files: z.array(
    z.object({ path: z.string().max(512), size: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
})

export type ArchiveManifest = z.output<typeof archiveManifest>
