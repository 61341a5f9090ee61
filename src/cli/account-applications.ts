import { approveApplicant, rejectApplicant } from '../domain/accounts/decide-application.ts'
import { listApplicants } from '../store/users.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

const shown = 200

export const accountPending = defineCommand({
  path: ['account', 'pending'],
  args: [],
  options: {},
  help: 'List those who wait to be let in, the longest first.',
  run: async (ctx) => {
    const applicants = await listApplicants(ctx.db, shown)
    const json = applicants.map(({ accountId: id, username, email, createdAt, signUpReason: reason }) => ({
      ...{ id, username, email, reason },
      created_at: createdAt.toISOString(),
    }))
    const rows = json.map(({ username, email, created_at, reason }) => [
      ...[username, email, created_at],
      excerptOf(reason),
    ])
    return { json, text: rows.length === 0 ? 'Nobody waits to be let in.' : formatTable(rows) }
  },
})

/** On one line, and nothing that a terminal acts on. */
function excerptOf(reason: string): string {
  return reason.replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, 200)
}

export const accountApprove = defineCommand({
  path: ['account', 'approve'],
  args: ['name'],
  options: {},
  help: 'Let in somebody who signed up.',
  run: async (ctx, { args }) => {
    const { accountId: id, username } = await approveApplicant(ctx, args.name)
    return { json: { id, username, approved: true }, text: `${username} is let in, and told by mail.` }
  },
})

export const accountReject = defineCommand({
  path: ['account', 'reject'],
  args: ['name'],
  options: {},
  help: 'Turn somebody away who signed up, and forget what they sent.',
  run: async (ctx, { args }) => {
    const { accountId: id, username } = await rejectApplicant(ctx, args.name)
    return { json: { id, username, approved: false }, text: `${username} is turned away, and told by mail.` }
  },
})
