import { purgeMedia } from '../domain/media/prune-media.ts'
import { countWords } from './count-words.ts'
import { defineCommand } from './command.ts'

export const mediaPurge = defineCommand({
  path: ['media', 'purge'],
  args: ['host'],
  options: {},
  help: "Throw away what is kept of a host's media; what is still wanted is fetched again.",
  run: async (ctx, { args }) => {
    const host = args.host.toLowerCase()
    const { files, bytes } = await purgeMedia(ctx, host)
    return {
      json: { host, files, bytes },
      text: `Gone of ${host}: ${countWords(files, 'file')} (${bytes} bytes).`,
    }
  },
})
