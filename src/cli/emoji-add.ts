import { addEmoji } from '../domain/emojis/keep-emoji.ts'
import { defineCommand } from './command.ts'

export const emojiAdd = defineCommand({
  path: ['emoji', 'add'],
  args: ['shortcode', 'file'],
  options: { category: { type: 'string', value: 'C', help: 'Under what apps list it.' } },
  help: 'Let members write a picture as :shortcode:.',
  run: async (ctx, { args, options }) => {
    await addEmoji(ctx, args.shortcode, args.file, options.category)
    return { json: { shortcode: args.shortcode }, text: `:${args.shortcode}: can be used.` }
  },
})
