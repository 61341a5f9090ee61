/** Mastodon's own numbers: https://docs.joinmastodon.org/methods/collections/ */
export const collectionLimits = { collections: 10, accounts: 25, name: 40, description: 100 } as const
