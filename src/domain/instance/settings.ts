import { z } from 'zod'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { loadSettings, lockSettings, saveSettings } from '../../store/instance-settings.ts'

const audiences = ['nobody', 'members', 'anybody'] as const
export const registrationModes = ['open', 'approval', 'closed'] as const

/** What an admin decides while the server runs. Texts are plain: an empty line begins a paragraph. */
const schema = z.object({
  /** Null for the domain in handles. */
  title: z.string().min(1).max(100).nullable().catch(null),
  description: z.string().max(500).catch(''),
  extendedDescription: z.string().max(20_000).catch(''),
  privacyPolicy: z.string().max(100_000).catch(''),
  termsOfService: z.string().max(100_000).catch(''),
  /** Since when these hold: `2026-11-21`. */
  termsEffective: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .nullable()
    .catch(null),
  contactEmail: z.string().max(320).catch(''),
  /** A username here; null for the first owner. */
  contactUsername: z.string().max(30).nullable().catch(null),
  /** Where the source of this very program is to be had; null for the front page, which would have to say so. */
  sourceUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .catch(null),
  /** BCP 47. */
  languages: z.array(z.string().max(35)).max(50).catch(['en']),
  registrations: z.enum(registrationModes).catch('closed'),
  registrationsMessage: z.string().max(2000).nullable().catch(null),
  rules: z
    .array(z.object({ text: z.string().min(1).max(500), hint: z.string().max(2000).catch('') }))
    .max(50)
    .catch([]),
  showsDomainBlocks: z.enum(audiences).catch('nobody'),
  /** Lockers for recovery kits of other instances: how many each account may have, how large one is, and all of them. */
  lockersPerAccount: z.number().int().min(0).max(100).catch(3),
  lockerMib: z.number().int().min(1).max(2048).catch(64),
  lockersMib: z.number().int().min(0).max(16_777_216).catch(10_240),
})

export type InstanceSettings = z.output<typeof schema>

/** What is kept and does not read as a setting is as good as not there. */
export async function readSettings(
  ctx: Pick<Context, 'db'>,
): Promise<InstanceSettings & { readonly updatedAt: Date }> {
  const { settings, createdAt } = await loadSettings(ctx.db)
  const kept = z.object({ updatedAt: z.coerce.date().catch(createdAt) }).parse(settings)
  return { ...schema.parse(settings), ...kept }
}

/** @throws DomainError `invalid` that names the setting */
export async function changeSettings(ctx: Context, changes: Partial<InstanceSettings>): Promise<void> {
  const checked = Object.entries(schema.shape).map(([name, shape]) => [name, shape.unwrap()] as const)
  const strict = z.object(Object.fromEntries(checked)).partial().safeParse(changes)
  if (!strict.success) {
    const [problem] = strict.error.issues
    throw new DomainError('invalid', `${String(problem?.path[0])}: ${problem?.message ?? 'will not do'}.`)
  }
  await transact(ctx, async (tx) => {
    const before = await lockSettings(tx.db)
    await saveSettings(tx.db, { ...before, ...strict.data, updatedAt: tx.now().toISOString() })
  })
}
