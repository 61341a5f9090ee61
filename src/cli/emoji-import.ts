import { readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { addEmoji } from '../domain/emojis/keep-emoji.ts'
import { DomainError } from '../lib/errors.ts'
import { defineCommand } from './command.ts'

export const emojiImport = defineCommand({
  path: ['emoji', 'import'],
  args: ['directory'],
  options: { category: { type: 'string', value: 'C', help: 'Under what apps list them.' } },
  help: 'Add every PNG, GIF and WebP of a directory as an emoji, named after its file.',
  run: async (ctx, { args: { directory }, options }) => {
    const files = await readdir(directory).catch((cause: unknown) => {
      throw new DomainError('invalid', `${directory} cannot be read.`, { cause })
    })
    const pictures = files.filter((file) => /\.(png|gif|webp)$/i.test(file)).sort()
    const added: string[] = []
    for (const file of pictures) {
      await addEmoji(ctx, parse(file).name, join(directory, file), options.category)
      added.push(parse(file).name)
    }
    return { json: { added }, text: `${added.length} emoji can be used.` }
  },
})
