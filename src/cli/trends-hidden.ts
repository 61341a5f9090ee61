import { listHiddenTrends } from '../store/hidden-trends.ts'
import { defineCommand } from './command.ts'

export const trendsHidden = defineCommand({
  path: ['trends', 'hidden'],
  args: [],
  options: {},
  help: 'List what is kept out of what trends.',
  run: async (ctx) => {
    const hidden = await listHiddenTrends(ctx.db)
    return {
      json: hidden.map(({ name, createdAt }) => ({ name, since: createdAt })),
      text: hidden.map(({ name }) => name).join('\n') || 'Nothing is hidden.',
    }
  },
})
