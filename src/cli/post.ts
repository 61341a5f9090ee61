import { existsSync } from 'node:fs'
import type { Context } from '../context.ts'
import { uploadMedia } from '../domain/media/upload-media.ts'
import type { Actor } from '../store/actors.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { statusUri } from '../domain/accounts/addresses.ts'
import { visibilities } from '../domain/policy/visibility.ts'
import { quotePolicies } from '../domain/quotes/quote-policy.ts'
import { createPost } from '../domain/statuses/create-post.ts'
import type { PollInput } from '../domain/polls/check-poll.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'
import { parseId } from './parse-value.ts'
import { UsageError } from './usage-error.ts'

export const post = defineCommand({
  path: ['post'],
  args: ['name', 'text'],
  options: {
    visibility: { type: 'string', choices: visibilities, help: 'Who may see it; public unless given.' },
    summary: { type: 'string', value: 'S', help: 'Content warning.' },
    language: { type: 'string', value: 'L', help: 'Its language, such as en or pt-BR.' },
    'reply-to': { type: 'string', value: 'ID', help: 'The post that it answers.' },
    quote: { type: 'string', value: 'ID', help: 'The post that it quotes: its id or its address.' },
    'quote-policy': {
      type: 'string',
      choices: quotePolicies,
      help: 'Who may quote it; public unless given.',
    },
    media: { type: 'string', value: 'FILE', help: 'A picture to show.' },
    description: { type: 'string', value: 'D', help: 'What it shows, for those who do not see it.' },
    poll: { type: 'string', value: 'A|B|C', help: 'Ask which of these.' },
    'poll-multiple': { type: 'boolean', help: 'More than one answer may be chosen.' },
    'poll-seconds': { type: 'string', value: 'N', help: 'How long it may be answered; a day unless given.' },
  },
  help: 'Post as an account.',
  run: async (ctx, { args, options }) => {
    const { visibility = 'public', summary, language, 'reply-to': parent } = options
    const inReplyToId = parent === undefined ? undefined : parseId(parent)
    const author = await getAccount(ctx, args.name)
    const { media, description } = options
    const status = await createPost(ctx, author, {
      mediaIds: media === undefined ? [] : [await upload(ctx, author, media, description)],
      text: args.text,
      visibility,
      summary,
      language,
      inReplyToId,
      quoteOf: options.quote === undefined ? undefined : await findPostId(ctx, options.quote),
      quotePolicy: options['quote-policy'],
      poll: parsePoll(options.poll, options['poll-multiple'], options['poll-seconds']),
    })
    const uri = statusUri(ctx.config, status, author)
    return { json: { id: status.id, uri }, text: `Posted ${status.id}: ${uri}` }
  },
})

/** @returns its id @throws UsageError for what cannot be posted at once */
async function upload(
  ctx: Context,
  author: Actor,
  path: string,
  description: string | undefined,
): Promise<string> {
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}.`)
  const { id, state } = await uploadMedia(ctx, author, { file: { path }, purpose: 'attachment', description })
  if (state !== 'ready') throw new UsageError('Only a still picture can be posted from here.')
  return id
}

function parsePoll(
  options: string | undefined,
  multiple: boolean,
  seconds = String(86_400),
): PollInput | undefined {
  if (options === undefined) return undefined
  if (!/^\d{1,9}$/.test(seconds)) throw new UsageError('--poll-seconds must be a number of seconds.')
  return { options: options.split('|'), multiple, endsInSeconds: Number(seconds) }
}
