import { pruneMedia, sweepMediaFiles } from '../domain/media/prune-media.ts'
import { defineCommand } from './command.ts'

export const mediaPrune = defineCommand({
  path: ['media', 'prune'],
  args: [],
  options: {},
  help: "Throw away other servers' media beyond MEDIA_CACHE_MIB, least used first.",
  run: async (ctx) => {
    const { files, bytes } = await pruneMedia(ctx, ctx.config.mediaCacheBytes)
    const strays = await sweepMediaFiles(ctx)
    return {
      json: { files, bytes, strays },
      text: `${files} files (${bytes} bytes) are gone, and ${strays} that nobody knew.`,
    }
  },
})
