import { getAccount } from '../domain/accounts/get-account.ts'
import { getVisibleStatus } from '../domain/statuses/get-visible.ts'
import { listEdits, type StatusVersion } from '../domain/statuses/list-edits.ts'
import { htmlToText } from '../lib/html-to-text.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsHistory = defineCommand({
  path: ['posts', 'history'],
  args: ['name', 'post'],
  options: {},
  help: 'Show all versions of a post, given by its id or address, from the oldest on.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await getVisibleStatus(ctx, id, account.id)
    const versions = await listEdits(ctx, id)
    return { json: versions.map(presentVersion), text: versions.map(formatVersion).join('\n\n') }
  },
})

function presentVersion(version: StatusVersion) {
  return {
    created_at: version.createdAt.toISOString(),
    summary: version.summary,
    sensitive: version.sensitive,
    content: version.contentHtml,
    text: textOf(version),
    poll_options: version.pollOptions,
  }
}

function formatVersion(version: StatusVersion): string {
  const options = (version.pollOptions ?? []).map((option, index) => `${index + 1}. ${option}`)
  const warning = version.summary === '' ? [] : [`[${version.summary}]`]
  return [version.createdAt.toISOString(), ...warning, textOf(version), ...options].join('\n')
}

function textOf({ source, contentHtml }: StatusVersion): string {
  return source ?? htmlToText(contentHtml)
}
