import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitystreams-vocabulary/#dfn-dislike: from Lemmy and PeerTube. Nobody here is shown any. */
export const onDislike: Listener = async () => undefined
