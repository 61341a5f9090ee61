import { transact } from '../db/transact.ts'
import { listWaitingMails, retryFailedMails } from '../store/mail-jobs.ts'
import { countWords } from './count-words.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

const shown = 200

export const mailList = defineCommand({
  path: ['mail', 'list'],
  args: [],
  options: {},
  help: 'List mails that were not sent: those that wait, and those that were given up.',
  run: async (ctx) => {
    const mails = await listWaitingMails(ctx.db, shown)
    const json = mails.map(({ createdAt, ...mail }) => ({ ...mail, created_at: createdAt.toISOString() }))
    const rows = json.map(({ created_at, state, kind, tries, problem }) => [
      ...[created_at, state, kind, countWords(tries, 'try', 'tries')],
      problem ?? '',
    ])
    return { json, text: rows.length === 0 ? 'No mail waits.' : formatTable(rows) }
  },
})

export const mailRetry = defineCommand({
  path: ['mail', 'retry'],
  args: [],
  options: {},
  help: 'Try again to send the mails that were given up.',
  run: async (ctx) => {
    const retried = await transact(ctx, (tx) => retryFailedMails(tx.db))
    return { json: { retried }, text: `Tried again: ${countWords(retried, 'mail')}.` }
  },
})
