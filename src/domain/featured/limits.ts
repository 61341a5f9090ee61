/** What an actor may show first: of ours as Mastodon has it, of others as many as are kept. */
export const featuredLimits = { pins: 5, tags: 10, remotePosts: 20, remoteTags: 20 } as const

/** After a change that may have come out of order the collection is read again, when no cache shows an older one. */
export const rereadAfterMs = 5 * 60_000

/** What others feature is read once in so long. */
export const featuredKnownForMs = 24 * 3600_000
