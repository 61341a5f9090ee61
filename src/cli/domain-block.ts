import { blockDomain } from '../domain/moderation/block-domain.ts'
import { defineCommand } from './command.ts'

export const domainBlock = defineCommand({
  path: ['domain', 'block'],
  args: ['domain'],
  options: { comment: { type: 'string', value: 'C', help: 'Why, for those who moderate.' } },
  help: 'Take nothing from a domain and its subdomains.',
  run: async (ctx, { args, options }) => {
    const domain = await blockDomain(ctx, args.domain, options.comment ?? '')
    return { json: { domain, blocked: true }, text: `${domain} is blocked.` }
  },
})
