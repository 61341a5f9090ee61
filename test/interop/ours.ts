import type { Instance } from '../support/instance.ts'
import { readText } from './participant.ts'
import type { Companion } from './participant.ts'

/** A new account of ours, driven by the command line and read like any stranger reads it. */
export async function makeOurParticipant(instance: Instance, name: string): Promise<Companion> {
  const credentials = ['--email', `${name}@example.org`, '--password', 'correct horse battery staple']
  const { uri: actor } = await instance.cli('account', 'create', name, ...credentials)
  const find = async (uri: string) =>
    (await instance.cli('timeline', name)).find((one: any) => one.uri === uri)
  const idOf = async (uri: string) => (await find(uri)).id as string
  const act = async (...words: string[]) => {
    const [first = '', second = '', ...rest] = words
    await instance.cli(first, second, name, ...rest)
  }
  const show = (uri: string) => instance.cli('posts', 'show', name, uri)
  return {
    actor,
    acct: `${name}@${new URL(instance.origin).host}`,
    follow: async (other) => void (await instance.cli('follow', name, other.actor)),
    unfollow: async (other) => void (await instance.cli('unfollow', name, other.actor)),
    following: () => readCollection(`${actor}/following`),
    followers: () => readCollection(`${actor}/followers`),
    post: async (text, { mention, inReplyTo } = {}) => {
      const reply = inReplyTo ? ['--reply-to', await idOf(inReplyTo)] : []
      const words = mention ? `${text} @${mention.acct}` : text
      return (await instance.cli('post', name, words, ...reply)).uri
    },
    see: async (uri) => {
      const status = await find(uri)
      return (
        status && {
          text: readText(status.content),
          inReplyTo: status.in_reply_to_uri ?? undefined,
          mentions: status.mentions,
        }
      )
    },
    edit: async (uri, text) => act('posts', 'edit', await idOf(uri), text),
    remove: async (uri) => act('posts', 'delete', await idOf(uri)),
    like: (uri) => act('posts', 'like', uri),
    unlike: (uri) => act('posts', 'unlike', uri),
    boost: (uri) => act('posts', 'boost', uri),
    unboost: (uri) => act('posts', 'unboost', uri),
    counts: async (uri) => {
      const { likes, boosts } = await show(uri)
      return { likes, boosts }
    },
    ask: async (text, options) => (await instance.cli('post', name, text, '--poll', options.join('|'))).uri,
    vote: (uri, option) => act('posts', 'vote', uri, String(option + 1)),
    poll: async (uri) => {
      const { options, closed_at: closedAt } = (await show(uri)).poll
      const votes = options.map((option: any) => option.votes)
      return { options: options.map((option: any) => option.name), votes, closed: closedAt !== null }
    },
    log: instance.log,
  }
}

/** All items of a collection that is public, page by page. */
async function readCollection(uri: string): Promise<string[]> {
  const items: string[] = []
  for (let page = await readObject(uri); page; page = await readObject(page.next ?? page.first)) {
    items.push(...[page.orderedItems ?? []].flat())
  }
  return items
}

async function readObject(uri: string | undefined): Promise<any> {
  if (!uri) return undefined
  const response = await fetch(uri, { headers: { accept: 'application/activity+json' } })
  if (!response.ok) throw new Error(`${uri}: ${response.status}`)
  return response.json()
}
