import { listDomainBlocks } from '../store/hosts.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

export const domainList = defineCommand({
  path: ['domain', 'list'],
  args: [],
  options: {},
  help: 'List the blocked domains.',
  run: async (ctx) => {
    const blocks = await listDomainBlocks(ctx.db)
    const rows = blocks.map(({ domain, comment }) => [domain, comment])
    return { json: blocks, text: formatTable(rows) || 'No domain is blocked.' }
  },
})
