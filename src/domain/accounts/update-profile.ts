import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { ProfileField } from '../../db/json.ts'
import type { Actor } from '../../store/actors.ts'
import { findEmojis } from '../emojis/find-emojis.ts'
import { enqueue, enqueueAll } from '../../store/jobs.ts'
import { lockPictures, mergePreferences, updateProfile, type ProfileChanges } from '../../store/profiles.ts'
import { releasePaths } from '../media/release-paths.ts'
import type { QuotePolicy } from '../quotes/quote-policy.ts'
import { profileLimits } from './profile-limits.ts'
import { linksToVerify } from './profile-links.ts'

/** What a member's posts are unless they say otherwise, and what others see of whom they follow. */
export type ProfilePreferences = {
  readonly visibility?: 'public' | 'unlisted' | 'private' | undefined
  readonly sensitive?: boolean | undefined
  readonly language?: string | null | undefined
  readonly quotePolicy?: QuotePolicy | undefined
  /** Nobody else sees whom they follow and who follows them. */
  readonly hideCollections?: boolean | undefined
  /** Which parts of their profile apps show: what carries media, answers among that, and what is featured. */
  readonly showMedia?: boolean | undefined
  readonly showMediaReplies?: boolean | undefined
  readonly showFeatured?: boolean | undefined
  /** Domains whose pages may name them as the author. */
  readonly attributionDomains?: readonly string[] | undefined
}

/**
 * A member describes themselves anew; what is undefined stays. Who follows them elsewhere is told; who waits to follow
 * is let in when the member decides about followers no longer.
 * @throws DomainError `invalid` for what is longer than `profileLimits`
 */
export async function updateOwnProfile(
  ctx: Context,
  account: Actor,
  changes: ProfileChanges,
  preferences: ProfilePreferences = {},
): Promise<void> {
  const fields = changes.fields && keepVerified(account, cleanFields(changes.fields))
  requireLength('Display name', changes.displayName, profileLimits.displayName)
  requireLength('Note', changes.summary, profileLimits.summary)
  requireLength('Avatar description', changes.iconDescription, profileLimits.pictureDescription)
  requireLength('Header description', changes.imageDescription, profileLimits.pictureDescription)
  const chosen = Object.fromEntries(Object.entries(preferences).filter(([, value]) => value !== undefined))
  const isSeen = Object.values(changes).some((value) => value !== undefined)
  await transact(ctx, async (tx) => {
    if (Object.keys(chosen).length > 0) await mergePreferences(tx.db, account.id, chosen)
    if (!isSeen) return
    await releasePictures(tx, account, changes)
    const emojis = await findEmojis(
      tx,
      textsOf({ ...account, ...defined(changes), ...(fields && { fields }) }),
    )
    await updateProfile(tx.db, account.id, { ...changes, fields, emojis }, tx.now())
    await enqueue(tx, 'actor.updated', { accountId: account.id })
    await enqueueAll(
      tx,
      'link.verify',
      linksToVerify(ctx.config, fields ?? []).map((url) => ({ accountId: account.id, url })),
    )
    if (account.locked && changes.locked === false)
      await enqueue(tx, 'account.opened', { accountId: account.id })
  })
}

type Texts = Pick<Actor, 'displayName' | 'summary' | 'fields'>

function textsOf({ displayName, summary, fields }: Texts): string[] {
  return [displayName, summary, ...fields.flatMap(({ name, value }) => [name, value])]
}

function defined({ displayName, summary }: ProfileChanges): Partial<Texts> {
  return { ...(displayName !== undefined && { displayName }), ...(summary !== undefined && { summary }) }
}

/** A page that linked back is verified for as long as the field has the same value. */
function keepVerified({ fields: known }: Actor, fields: readonly ProfileField[]): ProfileField[] {
  return fields.map((field) => {
    const verifiedAt = known.find(({ value }) => value === field.value)?.verifiedAt
    return { ...field, ...(verifiedAt !== undefined && { verifiedAt }) }
  })
}

/** A field with neither name nor value is how apps take one away. */
function cleanFields(fields: readonly ProfileField[]): ProfileField[] {
  const kept = fields
    .map(({ name, value }) => ({ name: name.trim(), value: value.trim() }))
    .filter(({ name, value }) => name !== '' || value !== '')
  if (kept.length > profileLimits.fields)
    throw new DomainError('invalid', `Validation failed: at most ${profileLimits.fields} fields`)
  for (const { name, value } of kept) {
    if (name === '') throw new DomainError('invalid', 'Validation failed: a field needs a name')
    requireLength('Field name', name, profileLimits.fieldName)
    requireLength('Field value', value, profileLimits.fieldValue)
  }
  return kept
}

/** The files of what is shown no more go. */
async function releasePictures(
  tx: TxContext,
  { id }: Actor,
  { iconUrl, imageUrl }: ProfileChanges,
): Promise<void> {
  if (iconUrl === undefined && imageUrl === undefined) return
  const shown = await lockPictures(tx.db, id)
  const isGone = (url: string | null | undefined, next: string | null | undefined) =>
    next !== undefined && next !== url ? url : null
  const gone = [isGone(shown?.iconUrl, iconUrl), isGone(shown?.imageUrl, imageUrl)]
  await releasePaths(
    tx,
    id,
    gone.filter((url) => typeof url === 'string'),
  )
}

function requireLength(what: string, text: string | null | undefined, limit: number): void {
  if (typeof text === 'string' && Array.from(text).length > limit)
    throw new DomainError('invalid', `Validation failed: ${what} is longer than ${limit} characters`)
}
