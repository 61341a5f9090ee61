import type { Request } from 'express'
import { actorUri, actorUrl, handleOf } from '../../domain/accounts/addresses.ts'
import { DomainError } from '../../lib/errors.ts'
import { findAccount, type Actor } from '../../store/actors.ts'
import { countFollows } from '../../store/follows.ts'
import { countPosts } from '../../store/status-counts.ts'
import { listActorStatuses } from '../../store/statuses.ts'
import { excerpt } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { openGraph, page, type PageHead } from '../layout.ts'
import { webAddress } from '../links.ts'
import { nameOf } from '../parts/avatar.ts'
import { previewActor } from '../parts/previews.ts'
import { pager, postFeed } from '../parts/post-list.ts'
import { profileCard, type ProfileCounts } from '../parts/profile-card.ts'
import { isPresent, readPostPage, type PostPage, type Reader } from '../posts.ts'
import type { Redirect } from '../redirect.ts'

/**
 * Somebody's page.
 * @throws DomainError `not_found`; `invalid` for a place to page from that is none
 */
export async function profilePage(ctx: Reader, request: Request): Promise<Html | Redirect> {
  const name = String(request.params['name'])
  const actor = await getPerson(ctx, name)
  if (actor.username !== name) return { location: `/@${actor.username}` }
  const [follows, posts, shown] = await Promise.all([
    countFollows(ctx.db, actor.id),
    countPosts(ctx.db, actor.id),
    readPostPage(ctx, request, (wanted) => listActorStatuses(ctx.db, actor.id, undefined, wanted)),
  ])
  return showProfile(ctx, actor, { ...follows, posts }, shown)
}

/**
 * Somebody who lives here, by name in any case, or by handle.
 * @throws DomainError `not_found`
 */
export async function getPerson({ config, db }: Reader, name: string): Promise<Actor> {
  const suffix = `@${config.handleDomain}`
  const username = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name
  const actor = /^\w+$/.test(username) ? await findAccount(db, username) : undefined
  if (actor !== undefined && isPresent(actor)) return actor
  throw new DomainError('not_found', 'Nobody of that name lives here.')
}

function showProfile(ctx: Reader, actor: Actor, counts: ProfileCounts, shown: PostPage): Html {
  const empty = markup`<p class="empty">${nameOf(actor)} has not said anything in public yet.</p>`
  return page(
    describeProfile(ctx, actor),
    markup`${profileCard(ctx, actor, counts)}
<section aria-labelledby="posts">
<h2 id="posts">Posts</h2>
${shown.posts.length > 0 ? postFeed(ctx, shown.posts) : empty}
${pager(`/@${actor.username}`, shown)}
</section>`,
  )
}

function describeProfile(ctx: Reader, actor: Actor): PageHead {
  const { config } = ctx
  const siteName = config.handleDomain
  const canonical = actorUrl(config, actor)
  const description = excerpt(actor.summary, 200) || `Posts by ${nameOf(actor)}.`
  const properties = openGraph({
    'og:type': 'profile',
    'og:site_name': siteName,
    'og:title': nameOf(actor),
    'og:description': description,
    'og:url': canonical,
    'profile:username': actor.username,
  })
  return {
    title: `${nameOf(actor)} (@${handleOf(config, actor)})`,
    siteName,
    description,
    canonical,
    activity: actorUri(config, actor),
    searchable: actor.indexable,
    more: [relMe(actor), properties, previewActor(ctx, actor)],
  }
}

/** The pages that somebody says are theirs as well: https://microformats.org/wiki/rel-me */
function relMe(actor: Actor): Html[] {
  const addresses = actor.fields.flatMap(({ value }) => webAddress(value) ?? [])
  return addresses.map((address) => markup`<link rel="me" href="${address}">\n`)
}
