import type { Context } from '../../context.ts'
import { hidesCollections } from '../../domain/accounts/hides-collections.ts'
import { loadProfileDisplay } from '../../domain/accounts/profile-display.ts'
import { proxiedUrl } from '../../domain/media/proxied-url.ts'
import type { Actor } from '../../store/actors.ts'
import { listShownTags } from '../../store/tag-facts.ts'
import { presentSourceField } from '../entities/field.ts'
import { presentShownTag } from '../entities/tag.ts'
import type { Call } from '../route.ts'
import { changeProfile } from './change-profile.ts'

/** https://docs.joinmastodon.org/methods/profile/#get: one's own, as it is edited. */
export async function showProfile(ctx: Context, { viewer }: Call<Actor>) {
  return presentProfile(ctx, viewer)
}

/** https://docs.joinmastodon.org/methods/profile/#update-current-user-profile */
export async function updateProfile(ctx: Context, call: Call<Actor>) {
  return presentProfile(ctx, await changeProfile(ctx, call))
}

/** https://docs.joinmastodon.org/entities/Profile/ */
async function presentProfile(ctx: Context, member: Actor) {
  const [display, hides, tags] = await Promise.all([
    loadProfileDisplay(ctx, member.id),
    hidesCollections(ctx, member),
    listShownTags(ctx.db, member.id),
  ])
  const avatar = member.iconUrl === null ? null : proxiedUrl(ctx, member.iconUrl)
  const header = member.imageUrl === null ? null : proxiedUrl(ctx, member.imageUrl)
  return {
    id: member.id,
    display_name: member.displayName,
    note: member.summary,
    fields: member.fields.map(presentSourceField),
    ...{ avatar, avatar_static: avatar, avatar_description: member.iconDescription ?? '' },
    ...{ header, header_static: header, header_description: member.imageDescription ?? '' },
    locked: member.locked,
    bot: member.type === 'Service',
    hide_collections: hides,
    discoverable: member.discoverable,
    indexable: member.indexable,
    show_media: display.showMedia,
    show_media_replies: display.showMediaReplies,
    show_featured: display.showFeatured,
    attribution_domains: display.attributionDomains,
    featured_tags: tags.map((tag) => presentShownTag(ctx, member, tag)),
  }
}
