import { z } from 'zod'
import type { Db } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { findPreferences } from '../../store/preferences.ts'

const schema = z.object({ hideCollections: z.boolean().catch(false) })

/** Whether a member lets nobody else see whom they follow and who follows them; of others we do not know it. */
export async function hidesCollections(
  { db }: { readonly db: Db },
  { id, isLocal }: Pick<Actor, 'id' | 'isLocal'>,
): Promise<boolean> {
  return isLocal && schema.parse((await findPreferences(db, id)) ?? {}).hideCollections
}
