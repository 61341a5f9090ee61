import type { ApexActor } from '../support/apex-actor.ts'
import type { ApexServer } from '../support/apex.ts'
import type { SnacUser } from '../support/snac-user.ts'
import type { SnacServer } from '../support/snac.ts'
import { readText } from './participant.ts'
import type { Companion, Participant } from './participant.ts'

/** How long its polls last, in seconds. */
const POLL = 12

export function snacAsParticipant(user: SnacUser, server: SnacServer): Companion {
  const find = async (uri: string) => {
    const statuses = await user.timeline()
    const status = statuses.find((one) => one.uri === uri)
    return status && { ...status, parent: statuses.find((one) => one.id === status.in_reply_to_id) }
  }
  const get = async (uri: string) => {
    const status = await find(uri)
    if (!status) throw new Error(`snac2 does not see ${uri}`)
    return status
  }
  const idOf = async (uri: string) => (await get(uri)).id
  return {
    actor: user.actor,
    acct: user.acct,
    follow: (other) => user.follow(other.actor),
    unfollow: (other) => user.unfollow(other.actor),
    following: async () => (await user.following()).filter((one) => one.accepted).map((one) => one.actor),
    followers: user.followers,
    post: async (text, { mention, inReplyTo } = {}) => {
      const parent = inReplyTo && { inReplyTo: await idOf(inReplyTo) }
      return (await user.post(mention ? `${text} @${mention.acct}` : text, { ...parent })).uri
    },
    see: async (uri) => {
      const status = await find(uri)
      if (!status) return undefined
      // It lists everybody whom a post names but its reader, who gets a notification instead.
      const told = (await user.notifications()).some((one) => one.type === 'mention' && one.uri === uri)
      const self = told ? [user.actor] : []
      const mentions = [...status.mentions.map((mention) => mention.url), ...self]
      return { text: readText(status.content), inReplyTo: status.parent?.uri, mentions }
    },
    edit: async (uri, text) => user.edit(await idOf(uri), text),
    remove: user.remove,
    like: async (uri) => user.act(await idOf(uri), 'favourite'),
    unlike: async (uri) => user.act(await idOf(uri), 'unfavourite'),
    boost: async (uri) => user.act(await idOf(uri), 'reblog'),
    unboost: async (uri) => user.act(await idOf(uri), 'unreblog'),
    counts: async (uri) => {
      const { favourites_count: likes, reblogs_count: boosts } = await get(uri)
      return { likes, boosts }
    },
    ask: async (text, options) => {
      await user.ask(text, options, POLL)
      const asked = (await user.timeline()).find((one) => one.poll && readText(one.content) === text)
      if (!asked) throw new Error(`snac2 does not see what it asked: ${text}`)
      return asked.uri
    },
    vote: async (uri, option) => user.vote(await idOf(uri), option),
    poll: async (uri) => {
      const { poll } = await get(uri)
      if (!poll) throw new Error(`snac2 sees no poll in ${uri}`)
      const votes = poll.options.map((option) => option.votes_count)
      const closed = Date.parse(poll.expires_at) <= Date.now()
      return { options: poll.options.map((option) => option.title), votes, closed }
    },
    log: server.log,
  }
}

export function apexAsParticipant(user: ApexActor, server: ApexServer): Participant {
  return {
    actor: user.actor,
    acct: user.acct,
    follow: (other) => user.follow(other.actor),
    unfollow: (other) => user.unfollow(other.actor),
    following: user.following,
    followers: user.followers,
    post: async (text, { mention, inReplyTo } = {}) => {
      const options = { ...(mention && { mention: mention.actor }), ...(inReplyTo && { inReplyTo }) }
      return (await user.post(text, options)).id
    },
    see: async (uri) => {
      const note = await user.known(uri)
      if (note?.type !== 'Note') return undefined
      const mentions = (note.tag ?? []).filter((tag: any) => tag.type === 'Mention')
      return {
        text: readText(note.content[0]),
        inReplyTo: note.inReplyTo?.[0],
        mentions: mentions.map((tag: any) => tag.href[0]),
      }
    },
    log: server.log,
  }
}
