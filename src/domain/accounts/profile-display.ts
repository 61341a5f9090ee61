import { z } from 'zod'
import type { Db } from '../../context.ts'
import { findPreferences } from '../../store/preferences.ts'

/** How apps are to show a member's profile. What is kept and does not read as such is as it is for everybody. */
const schema = z.object({
  showMedia: z.boolean().catch(true),
  showMediaReplies: z.boolean().catch(true),
  showFeatured: z.boolean().catch(true),
  attributionDomains: z.array(z.string()).catch([]),
})

export type ProfileDisplay = z.output<typeof schema>

export async function loadProfileDisplay(
  { db }: { readonly db: Db },
  accountId: string,
): Promise<ProfileDisplay> {
  return schema.parse((await findPreferences(db, accountId)) ?? {})
}
