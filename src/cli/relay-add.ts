import { addRelay } from '../domain/relays/add-relay.ts'
import { defineCommand } from './command.ts'
import { describeRelay } from './relay-list.ts'

export const relayAdd = defineCommand({
  path: ['relay', 'add'],
  args: ['url'],
  options: {
    kind: {
      type: 'string',
      value: 'K',
      choices: ['mastodon', 'litepub'],
      help: 'mastodon (default): the URL is its inbox. litepub: the URL is its actor.',
    },
  },
  help: 'Share public posts with a relay, both ways.',
  run: async (ctx, { args, options }) => {
    const relay = await addRelay(ctx, args.url, options.kind ?? 'mastodon')
    return { json: describeRelay(relay), text: `${relay.uri} has been asked.` }
  },
})
