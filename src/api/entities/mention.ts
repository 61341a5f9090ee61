import type { StatusMention } from '../../db/json.ts'
import { actorUrl, type Home } from '../../domain/accounts/addresses.ts'

/** https://docs.joinmastodon.org/entities/Status/#Mention */
export type MentionJson = {
  readonly id: string
  readonly username: string
  readonly url: string
  readonly acct: string
}

/** Those whom we know. */
export function presentMentions(home: Home, mentions: readonly StatusMention[]): MentionJson[] {
  return mentions.flatMap((mention) => {
    const { actorId: id, username, domain } = mention
    if (id === null) return []
    const acct = domain === null ? username : `${username}@${domain}`
    return [{ id, username, url: actorUrl(home, { ...mention, type: 'Person' }), acct }]
  })
}
