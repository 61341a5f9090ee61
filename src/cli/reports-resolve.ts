import { closeReport } from '../domain/moderation/close-report.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'

export const reportsResolve = defineCommand({
  path: ['reports', 'resolve'],
  args: ['id'],
  options: {},
  help: 'Close a report.',
  run: async (ctx, { args }) => {
    const id = parseId(args.id)
    await closeReport(ctx, id)
    return { json: { id, resolved: true }, text: `Report ${id} is resolved.` }
  },
})
