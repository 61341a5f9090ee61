import { hideTrend } from '../domain/trends/hide-trend.ts'
import { defineCommand } from './command.ts'

export const trendsHide = defineCommand({
  path: ['trends', 'hide'],
  args: ['what'],
  options: {},
  help: 'Keep a hashtag, or the address of a page, out of what trends.',
  run: async (ctx, { args }) => {
    const hidden = await hideTrend(ctx, args.what)
    return { json: { hidden }, text: `${hidden} trends no more, within 5 minutes.` }
  },
})
