import { removeRelay } from '../domain/relays/remove-relay.ts'
import { defineCommand } from './command.ts'

export const relayRemove = defineCommand({
  path: ['relay', 'remove'],
  args: ['url'],
  options: {},
  help: 'Take nothing more from a relay, and give it nothing more.',
  run: async (ctx, { args }) => {
    const { uri } = await removeRelay(ctx, args.url)
    return { json: { url: uri, removed: true }, text: `${uri} is left.` }
  },
})
