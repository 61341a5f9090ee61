import { actorUrl, handleOf } from '../../domain/accounts/addresses.ts'
import { biographyHtml } from '../../domain/accounts/biography.ts'
import type { Actor } from '../../store/actors.ts'
import type { FollowCounts } from '../../store/follows.ts'
import { formatMonth, formatNumber } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { mediaSource, type Site } from '../media.ts'
import { shortAddress, webAddress } from '../links.ts'
import { avatar, nameOf, nameWithEmojis } from './avatar.ts'
import { htmlWithEmojis } from './emojis.ts'
import { copyableHandle } from './follow-help.ts'

export type ProfileCounts = FollowCounts & { readonly posts: number }

/** Who somebody is, as an h-card (https://microformats.org/wiki/h-card). */
export function profileCard(site: Site, actor: Actor, counts: ProfileCounts): Html {
  return markup`<div class="profile h-card">
${header(site, actor)}
${moved(actor)}
<div class="profile-head">
${avatar(site, actor, 'large')}
<div>
<h1><a class="p-name u-url u-uid" href="${actorUrl(site.config, actor)}" dir="auto">${nameWithEmojis(site, actor)}</a></h1>
<p>${copyableHandle(handleOf(site.config, actor))}</p>
</div>
</div>
${biography(site, actor)}
${fields(actor)}
${facts(actor, counts)}
<p class="hint">To follow, copy the handle into the search box of your fediverse app.
${actor.locked && `${nameOf(actor)} answers each request in person.`}</p>
</div>`
}

/** Says nothing to those who do not see it. */
function header(site: Site, { imageUrl }: Actor): Html | false {
  if (imageUrl === null) return false
  return markup`<img class="banner u-featured" src="${mediaSource(site, imageUrl)}" alt="">`
}

function moved({ movedTo }: Actor): Html | false {
  const address = webAddress(movedTo ?? '')
  if (address === undefined) return false
  return markup`<p class="notice">Has moved to <a href="${address}">${shortAddress(address)}</a>.</p>`
}

function biography(site: Site, actor: Actor): Html | false {
  if (actor.summary.trim() === '') return false
  const html = biographyHtml(site.config, actor)
  return markup`<div class="p-note prose" lang="" dir="auto">${htmlWithEmojis(site, html, actor.emojis)}</div>`
}

function fields(actor: Actor): Html | false {
  if (actor.fields.length === 0) return false
  const rows = actor.fields.map(
    ({ name, value, verifiedAt }) =>
      markup`<div><dt dir="auto">${name}</dt><dd dir="auto">${fieldValue(value)}${verifiedAt !== undefined && verified}</dd></div>\n`,
  )
  return markup`<dl class="fields" lang="">
${rows}</dl>`
}

const verified = markup` <span class="verified" role="img" aria-label="Verified: that page links back" title="That page links back">✓</span>`

function fieldValue(value: string): Html | string {
  const address = webAddress(value)
  if (address === undefined) return value
  return markup`<a class="u-url" rel="me nofollow noopener" href="${address}">${shortAddress(value)}</a>`
}

function facts(actor: Actor, { posts, followers, following }: ProfileCounts): Html {
  return markup`<ul class="facts">
<li>${formatNumber(posts)} <span>${posts === 1 ? 'post' : 'posts'}</span></li>
<li>${formatNumber(followers)} <span>${followers === 1 ? 'follower' : 'followers'}</span></li>
<li>${formatNumber(following)} <span>following</span></li>
<li><span>here since ${formatMonth(actor.createdAt)}</span></li>
</ul>`
}
