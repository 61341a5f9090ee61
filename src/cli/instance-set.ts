import { getAccount } from '../domain/accounts/get-account.ts'
import {
  changeSettings,
  readSettings,
  registrationModes,
  type InstanceSettings,
} from '../domain/instance/settings.ts'
import { defineCommand } from './command.ts'

export const instanceSet = defineCommand({
  path: ['instance', 'set'],
  args: [],
  options: {
    title: { type: 'string', value: 'T', help: 'What this place is called.' },
    description: { type: 'string', value: 'D', help: 'What it is, in a sentence or two.' },
    email: { type: 'string', value: 'E', help: 'The address to write to.' },
    contact: { type: 'string', value: 'NAME', help: 'The account to turn to; the first owner unless given.' },
    registrations: { type: 'string', choices: registrationModes, help: 'Who may sign up.' },
    source: { type: 'string', value: 'URL', help: 'Where the source of this program is to be had.' },
  },
  help: 'Say what apps are told of this place; without options, show it.',
  run: async (ctx, { options }) => {
    const { title, description, email, registrations, source } = options
    const contact = options.contact === undefined ? undefined : await getAccount(ctx, options.contact)
    const changes: Partial<InstanceSettings> = {
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      ...(email !== undefined && { contactEmail: email }),
      ...(contact !== undefined && { contactUsername: contact.username }),
      ...(registrations !== undefined && { registrations }),
      ...(source !== undefined && { sourceUrl: source }),
    }
    if (Object.keys(changes).length > 0) await changeSettings(ctx, changes)
    const { updatedAt: _updatedAt, ...settings } = await readSettings(ctx)
    const lines = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    return { json: settings, text: lines.join('\n') }
  },
})
