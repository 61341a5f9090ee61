import { ghost, hollo } from './fedify.ts'
import { akkoma, bookwyrm, friendica, gotosocial, mitra, pleroma, snac } from './kept-key.ts'
import { mastodon, mastodonWithProofs } from './mastodon.ts'
import { misskey, misskeyThatTakesAllAsItIs, sharkey } from './misskey.ts'
import { firefish, iceshrimp, lemmy, peertube, pixelfed, takahe, wordpress } from './others.ts'
import type { Kind } from './receiver.ts'

/** Every class of receivers, as their public sources have it. They are imitations: real software has the last word. */
export const kinds: readonly Kind[] = [
  mastodon,
  mastodonWithProofs,
  gotosocial,
  akkoma,
  pleroma,
  mitra,
  friendica,
  ghost,
  hollo,
  snac,
  misskey,
  sharkey,
  misskeyThatTakesAllAsItIs,
  bookwyrm,
  pixelfed,
  wordpress,
  iceshrimp,
  firefish,
  takahe,
  lemmy,
  peertube,
]
