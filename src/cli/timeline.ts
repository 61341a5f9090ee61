import { handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { viewStatuses, type StatusView } from '../domain/statuses/view.ts'
import type { Context } from '../context.ts'
import { htmlToText } from '../lib/html-to-text.ts'
import { listHomeStatuses } from '../store/statuses.ts'
import { defineCommand } from './command.ts'
import { parseLimit } from './parse-value.ts'

export const timeline = defineCommand({
  path: ['timeline'],
  args: ['name'],
  options: { limit: { type: 'string', value: 'N', help: 'How many posts; 20 unless given.' } },
  help: 'Show what an account sees at home, newest first.',
  run: async (ctx, { args, options }) => {
    const limit = parseLimit(options.limit, 20)
    const account = await getAccount(ctx, args.name)
    const statuses = await listHomeStatuses(ctx.db, account.id, { limit })
    const rows = (await viewStatuses(ctx, statuses)).map((view) => presentRow(ctx, view))
    return { json: rows, text: rows.map(formatRow).join('\n\n') || 'Nothing yet.' }
  },
})

type Row = ReturnType<typeof presentRow>

function presentRow(
  { config }: Context,
  { status, author, uri, contentHtml, inReplyToUri, mentions }: StatusView,
) {
  return {
    id: status.id,
    uri,
    account: handleOf(config, author),
    content: contentHtml,
    text: status.source ?? htmlToText(contentHtml),
    summary: status.summary,
    visibility: status.visibility,
    created_at: status.createdAt,
    edited_at: status.editedAt,
    in_reply_to_uri: inReplyToUri,
    mentions: mentions.map((mention) => mention.uri),
  }
}

function formatRow(row: Row): string {
  const head = `${row.account} · ${row.created_at.toISOString()} · ${row.visibility} · ${row.id}`
  return [head, row.summary && `[${row.summary}]`, row.text].filter((line) => line !== '').join('\n')
}
