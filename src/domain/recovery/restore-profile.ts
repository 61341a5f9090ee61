import type { TxContext } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { keepEarliestCreation } from '../../store/recoveries.ts'
import { updateOwnProfile } from '../accounts/update-profile.ts'
import { featureTag } from '../featured/feature-tag.ts'
import type { KitItem } from '../kits/kit-items.ts'
import { followTag } from '../tags/follow-tag.ts'
import { profileLimits } from '../accounts/profile-limits.ts'

/**
 * The profile as it was, wherever the one here says nothing yet. An account that let nobody follow it without asking
 * does not become an open one.
 */
export async function restoreProfile(
  tx: TxContext,
  { id }: Actor,
  profile: KitItem<'profile'>,
): Promise<void> {
  const account = await findActor(tx.db, id)
  if (account === undefined) return
  await keepEarliestCreation(tx.db, id, new Date(profile.created_at))
  const cut = (text: string, length: number) => Array.from(text).slice(0, length).join('')
  const { displayName, summary } = account
  await updateOwnProfile(tx, account, {
    ...(['', account.username].includes(displayName) && {
      displayName: cut(profile.display_name, profileLimits.displayName),
    }),
    ...(summary === '' && { summary: cut(profile.summary, profileLimits.summary) }),
    ...(account.fields.length === 0 && {
      fields: profile.fields.filter(fits).slice(0, profileLimits.fields),
    }),
    ...(profile.locked && { locked: true }),
    ...(!profile.discoverable && { discoverable: false }),
    ...(!profile.indexable && { indexable: false }),
  })
  for (const tag of profile.followed_tags.slice(0, 500)) await tolerate(() => followTag(tx, account, tag))
  for (const tag of profile.featured_tags.slice(0, 10)) await tolerate(() => featureTag(tx, account, tag))
}

function fits({ name, value }: { name: string; value: string }): boolean {
  return (
    name.trim() !== '' &&
    Array.from(name).length <= profileLimits.fieldName &&
    Array.from(value).length <= profileLimits.fieldValue
  )
}

async function tolerate(act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
  }
}
