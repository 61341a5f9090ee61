import { removeEmoji } from '../domain/emojis/keep-emoji.ts'
import { defineCommand } from './command.ts'

export const emojiRemove = defineCommand({
  path: ['emoji', 'remove'],
  args: ['shortcode'],
  options: {},
  help: 'Let nobody use an emoji any more; what was said with it keeps its picture.',
  run: async (ctx, { args }) => {
    await removeEmoji(ctx, args.shortcode)
    return { json: { shortcode: args.shortcode, removed: true }, text: `:${args.shortcode}: is no more.` }
  },
})
