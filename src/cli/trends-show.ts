import { showTrend } from '../domain/trends/hide-trend.ts'
import { defineCommand } from './command.ts'

export const trendsShow = defineCommand({
  path: ['trends', 'show'],
  args: ['what'],
  options: {},
  help: 'Let a hashtag, or the address of a page, trend again.',
  run: async (ctx, { args }) => {
    const shown = await showTrend(ctx, args.what)
    return { json: { shown }, text: `${shown} may trend again.` }
  },
})
