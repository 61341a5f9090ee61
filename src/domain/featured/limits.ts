/** What an actor may show first: of ours as Mastodon has it, of others as many as are kept. */
export const featuredLimits = { pins: 5, tags: 10, remotePosts: 20, remoteTags: 20 } as const

/** What others feature is read once in so long. */
export const featuredKnownForMs = 24 * 3600_000
