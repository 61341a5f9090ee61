import { actorUrl, handleOf } from '../../domain/accounts/addresses.ts'
import type { Actor } from '../../store/actors.ts'
import { markup, type Html } from '../html.ts'
import type { Site } from '../media.ts'
import { avatar, nameWithEmojis } from './avatar.ts'

/** Somebody in two lines. What it stands in is the h-card. */
export function byline(site: Site, actor: Actor): Html {
  return markup`${avatar(site, actor)}
<p><a class="p-name u-url" href="${actorUrl(site.config, actor)}" dir="auto">${nameWithEmojis(site, actor)}</a>
<span class="muted handle">${breakable(handleOf(site.config, actor))}</span></p>`
}

/** A handle that, where it is too long for its line, breaks before the domain. */
function breakable(handle: string): Html {
  const [username, domain] = handle.split('@')
  return markup`@${username}<wbr>@${domain}`
}

export function peopleList(site: Site, people: readonly Actor[]): Html {
  return markup`<ul class="people">
${people.map((actor) => markup`<li class="byline h-card">${byline(site, actor)}</li>\n`)}</ul>`
}
