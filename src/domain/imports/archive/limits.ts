const mebibyte = 1_048_576

/** What a member may bring in one archive, beside `archiveLimits` for what it unpacks to. Sizes are in bytes. */
export const archiveImportLimits = {
  /** Packed. */
  fileBytes: 2048 * mebibyte,
  posts: 200_000,
  bookmarks: 20_000,
  pins: 100,
  /** Of one activity, in UTF-16 units. */
  item: 2 * mebibyte,
  actorBytes: mebibyte,
  /** How many boosted or bookmarked posts are asked for elsewhere. */
  fetches: 2000,
  /** A server that did not answer so often is not asked any more. */
  patience: 3,
  /** Taken in with one transaction. */
  batch: 50,
} as const
