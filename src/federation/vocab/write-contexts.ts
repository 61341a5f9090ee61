const activityStreams = 'https://www.w3.org/ns/activitystreams'

/** For activities that carry nothing but standard terms. */
export const plainContext = activityStreams

/** For posts, and activities with a post inside. */
export const noteContext = [
  activityStreams,
  {
    Hashtag: 'as:Hashtag',
    sensitive: 'as:sensitive',
    toot: 'http://joinmastodon.org/ns#',
    Emoji: 'toot:Emoji',
    blurhash: 'toot:blurhash',
    focalPoint: { '@id': 'toot:focalPoint', '@container': '@list' },
    votersCount: 'toot:votersCount',
  },
]

/** For reactions with an emoji. */
export const reactionContext = [
  activityStreams,
  {
    toot: 'http://joinmastodon.org/ns#',
    Emoji: 'toot:Emoji',
    litepub: 'http://litepub.social/ns#',
    EmojiReact: 'litepub:EmojiReact',
    misskey: 'https://misskey-hub.net/ns#',
    _misskey_reaction: 'misskey:_misskey_reaction',
  },
]

/** For actors. The key vocabularies come before ours, since they may not be redefined. */
export const actorContext = [
  activityStreams,
  'https://w3id.org/security/v1',
  'https://www.w3.org/ns/did/v1',
  'https://w3id.org/security/multikey/v1',
  {
    manuallyApprovesFollowers: 'as:manuallyApprovesFollowers',
    alsoKnownAs: { '@id': 'as:alsoKnownAs', '@type': '@id' },
    movedTo: { '@id': 'as:movedTo', '@type': '@id' },
    toot: 'http://joinmastodon.org/ns#',
    featured: { '@id': 'toot:featured', '@type': '@id' },
    featuredTags: { '@id': 'toot:featuredTags', '@type': '@id' },
    discoverable: 'toot:discoverable',
    indexable: 'toot:indexable',
    schema: 'http://schema.org#',
    PropertyValue: 'schema:PropertyValue',
    value: 'schema:value',
  },
]

export const publicCollection = 'https://www.w3.org/ns/activitystreams#Public'
