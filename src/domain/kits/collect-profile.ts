import type { Context } from '../../context.ts'
import { listFeaturedTags } from '../../store/featured.ts'
import type { Actor } from '../../store/actors.ts'
import { listEndorsedRows, listFormerIdentities } from '../../store/kit-contents.ts'
import { findPreferences } from '../../store/preferences.ts'
import { listTagFollows } from '../../store/tag-follows.ts'
import { actorUri, handleOf } from '../accounts/addresses.ts'
import { absoluteUrl } from '../media/absolute-url.ts'
import { readPages } from './batch-items.ts'
import type { KitItem } from './kit-items.ts'

type Reader = Pick<Context, 'config' | 'db' | 'documents' | 'keyring' | 'now'>

const mostTags = 100

/** Whose kit it is, as they are now. */
export async function collectProfile(
  ctx: Reader,
  account: Actor,
  standby: string | null,
): Promise<KitItem<'profile'>> {
  const { iconUrl, iconDescription, imageUrl, imageDescription } = account
  const [document, preferences, followed, featured] = await Promise.all([
    ctx.documents.actor(ctx, account),
    findPreferences(ctx.db, account.id),
    listTagFollows(ctx.db, account.id),
    listFeaturedTags(ctx.db, account.id, mostTags),
  ])
  return {
    actor: actorUri(ctx.config, account),
    handle: handleOf(ctx.config, account),
    made_at: ctx.now().toISOString(),
    software: `holdfast/${ctx.config.version}`,
    document: JSON.stringify(document),
    type: account.type,
    display_name: account.displayName,
    summary: account.summary,
    fields: account.fields.map(({ name, value }) => ({ name, value })),
    locked: account.locked,
    discoverable: account.discoverable,
    indexable: account.indexable,
    created_at: account.createdAt.toISOString(),
    also_known_as: account.alsoKnownAs,
    avatar: pictureOf(ctx, iconUrl, iconDescription),
    header: pictureOf(ctx, imageUrl, imageDescription),
    preferences: { ...(preferences as Record<string, unknown> | undefined) },
    followed_tags: followed.map(({ tag }) => tag),
    featured_tags: featured,
    endorsed: await listEndorsed(ctx, account.id),
    standby,
  }
}

function pictureOf({ config }: Reader, url: string | null, description: string | null) {
  return url === null ? null : { url: absoluteUrl(config, url), description }
}

async function listEndorsed(ctx: Reader, accountId: string): Promise<string[]> {
  const endorsed = []
  for await (const row of readPages((page) => listEndorsedRows(ctx.db, accountId, page)))
    endorsed.push(actorUri(ctx.config, row))
  return endorsed
}

export async function collectFormer(ctx: Reader, accountId: string): Promise<KitItem<'former'>[]> {
  const former = await listFormerIdentities(ctx.db, accountId)
  return former.map(({ actorUri: actor, handle, document }) => ({ actor, handle, document }))
}
