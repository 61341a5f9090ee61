import { actorUrl, handleOf, type Home } from '../../domain/accounts/addresses.ts'
import type { Actor } from '../../store/actors.ts'
import { markup, type Html } from '../html.ts'
import { avatar, nameOf } from './avatar.ts'

/** Somebody in two lines. What it stands in is the h-card. */
export function byline(home: Home, actor: Actor): Html {
  return markup`${avatar(home, actor)}
<p><a class="p-name u-url" href="${actorUrl(home, actor)}" dir="auto">${nameOf(actor)}</a>
<span class="muted handle">@${handleOf(home, actor)}</span></p>`
}

export function peopleList(home: Home, people: readonly Actor[]): Html {
  return markup`<ul class="people">
${people.map((actor) => markup`<li class="byline h-card">${byline(home, actor)}</li>\n`)}</ul>`
}
