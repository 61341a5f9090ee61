import { createAccount } from '../domain/accounts/create-account.ts'
import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { userRoles } from '../store/users.ts'
import { defineCommand } from './command.ts'
import { readPassword } from './read-password.ts'

export const accountCreate = defineCommand({
  path: ['account', 'create'],
  args: ['name'],
  options: {
    email: { type: 'string', value: 'E', required: true, help: 'The e-mail address to sign in with.' },
    password: { type: 'string', value: 'P', help: 'The password; asked for at a terminal unless given.' },
    'password-stdin': { type: 'boolean', help: 'Read the password from standard input.' },
    role: { type: 'string', choices: userRoles, help: 'What they may do here; member unless given.' },
  },
  help: 'Make an account.',
  run: async (ctx, { args, options, io }) => {
    const { email, role = 'member' } = options
    const password = await readPassword(io, options)
    const account = await createAccount(ctx, { username: args.name, email, password, role })
    const { id, username } = account
    const uri = actorUri(ctx.config, account)
    return { json: { id, username, uri }, text: `@${handleOf(ctx.config, account)} is ready: ${uri}` }
  },
})
