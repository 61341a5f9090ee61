import { actorUrl, handleOf, type Home } from '../../domain/accounts/addresses.ts'
import type { Actor } from '../../store/actors.ts'
import { markup, type Html } from '../html.ts'
import { avatar, nameOf } from './avatar.ts'

/** Somebody in two lines. What it stands in is the h-card. */
export function byline(home: Home, actor: Actor): Html {
  return markup`${avatar(home, actor)}
<p><a class="p-name u-url" href="${actorUrl(home, actor)}" dir="auto">${nameOf(actor)}</a>
<span class="muted handle">${breakable(handleOf(home, actor))}</span></p>`
}

/** A handle that, where it is too long for its line, breaks before the domain. */
function breakable(handle: string): Html {
  const [username, domain] = handle.split('@')
  return markup`@${username}<wbr>@${domain}`
}

export function peopleList(home: Home, people: readonly Actor[]): Html {
  return markup`<ul class="people">
${people.map((actor) => markup`<li class="byline h-card">${byline(home, actor)}</li>\n`)}</ul>`
}
