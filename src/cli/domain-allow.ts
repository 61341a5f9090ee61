import { allowDomain } from '../domain/moderation/block-domain.ts'
import { defineCommand } from './command.ts'

export const domainAllow = defineCommand({
  path: ['domain', 'allow'],
  args: ['domain'],
  options: {},
  help: 'Lift the block of a domain.',
  run: async (ctx, { args }) => {
    const domain = await allowDomain(ctx, args.domain)
    return { json: { domain, blocked: false }, text: `${domain} is not blocked any more.` }
  },
})
