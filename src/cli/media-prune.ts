import { pruneMedia, sweepMediaFiles } from '../domain/media/prune-media.ts'
import { pruneUploads } from '../domain/media/prune-uploads.ts'
import { countWords } from './count-words.ts'
import { defineCommand } from './command.ts'

export const mediaPrune = defineCommand({
  path: ['media', 'prune'],
  args: [],
  options: {},
  help: 'Throw away cached media beyond MEDIA_CACHE_MIB, and uploads that nothing carries.',
  run: async (ctx) => {
    const { files, bytes } = await pruneMedia(ctx, ctx.config.mediaCacheBytes)
    const strays = await sweepMediaFiles(ctx)
    const own = await pruneUploads(ctx)
    return {
      json: { files, bytes, strays: strays + own.strays, uploads: own.uploads },
      text: `Gone: ${countWords(files, 'cached file')} (${bytes} bytes), ${countWords(own.uploads, 'upload')} that nothing carried, ${countWords(strays + own.strays, 'file')} that nobody knew.`,
    }
  },
})
