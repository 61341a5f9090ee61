import { z } from 'zod'
import type { Db } from '../../context.ts'
import { findPreferences } from '../../store/preferences.ts'
import { quotePolicies } from '../quotes/quote-policy.ts'
import { visibilities } from '../policy/visibility.ts'

/** What a member's new posts are unless they say otherwise. What is kept and does not read as such is not there. */
const schema = z.object({
  visibility: z.enum(visibilities).exclude(['direct']).catch('public'),
  sensitive: z.boolean().catch(false),
  /** BCP 47; null for what their text does not say. */
  language: z.string().max(35).nullable().catch(null),
  quotePolicy: z.enum(quotePolicies).catch('public'),
})

export type PostingDefaults = z.output<typeof schema>

export async function loadPostingDefaults(
  { db }: { readonly db: Db },
  accountId: string,
): Promise<PostingDefaults> {
  return schema.parse((await findPreferences(db, accountId)) ?? {})
}
