import { listCustomEmojis } from '../store/custom-emojis.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

export const emojiList = defineCommand({
  path: ['emoji', 'list'],
  args: [],
  options: {},
  help: 'List the custom emoji.',
  run: async (ctx) => {
    const emojis = (await listCustomEmojis(ctx.db)).map(({ shortcode, category }) => ({
      shortcode,
      category,
    }))
    const rows = emojis.map(({ shortcode, category }) => [`:${shortcode}:`, category ?? ''])
    return { json: emojis, text: formatTable(rows) || 'There are none.' }
  },
})
