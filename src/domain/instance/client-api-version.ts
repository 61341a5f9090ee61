/**
 * Which Mastodon apps may take us for: they ask for what came with it, and for nothing that came later. Never more than
 * what every route of it answers. https://docs.joinmastodon.org/entities/Instance/#api-versions
 */
export const clientApiVersion = { release: '4.5.0', number: 7 } as const
