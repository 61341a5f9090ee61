import { readFile } from 'node:fs/promises'
import { getAccount } from '../domain/accounts/get-account.ts'
import type { Context } from '../context.ts'
import { OperatorError } from '../lib/errors.ts'
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
    lockers: {
      type: 'string',
      value: 'N',
      help: 'How many lockers for kits of other instances an account may have.',
    },
    'locker-mib': { type: 'string', value: 'N', help: 'How large the kit in one of them may be.' },
    'lockers-mib': { type: 'string', value: 'N', help: 'How much may lie in all of them together.' },
    'about-file': { type: 'string', value: 'F', help: 'A text with more of what it is.' },
    'privacy-file': { type: 'string', value: 'F', help: 'A text with the privacy policy.' },
    'terms-file': {
      type: 'string',
      value: 'F',
      help: 'A text with the terms of service, which hold from today.',
    },
    'rules-file': { type: 'string', value: 'F', help: 'A text with a rule on each line.' },
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
      ...readLockers(options),
      ...(await readTexts(ctx, options)),
    }
    if (Object.keys(changes).length > 0) await changeSettings(ctx, changes)
    const { updatedAt: _updatedAt, ...settings } = await readSettings(ctx)
    const lines = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    return { json: settings, text: lines.join('\n') }
  },
})

type Numbers = Readonly<Partial<Record<'lockers' | 'locker-mib' | 'lockers-mib', string | undefined>>>

/** What is no number is refused with the name of the setting. */
function readLockers(given: Numbers): Partial<InstanceSettings> {
  const { lockers, 'locker-mib': one, 'lockers-mib': all } = given
  return {
    ...(lockers !== undefined && { lockersPerAccount: Number(lockers) }),
    ...(one !== undefined && { lockerMib: Number(one) }),
    ...(all !== undefined && { lockersMib: Number(all) }),
  }
}

type Files = Readonly<
  Partial<Record<'about-file' | 'privacy-file' | 'terms-file' | 'rules-file', string | undefined>>
>

async function readTexts({ now }: Context, files: Files): Promise<Partial<InstanceSettings>> {
  const [about, privacy, terms, rules] = await Promise.all(
    [files['about-file'], files['privacy-file'], files['terms-file'], files['rules-file']].map(readText),
  )
  return {
    ...(about !== undefined && { extendedDescription: about }),
    ...(privacy !== undefined && { privacyPolicy: privacy }),
    ...(terms !== undefined && { termsOfService: terms, termsEffective: now().toISOString().slice(0, 10) }),
    ...(rules !== undefined && { rules: linesOf(rules).map((text) => ({ text, hint: '' })) }),
  }
}

async function readText(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  return (
    await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new OperatorError(`${path} cannot be read.`, { cause })
    })
  ).trim()
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
