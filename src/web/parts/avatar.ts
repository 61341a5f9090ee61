import type { Home } from '../../domain/accounts/addresses.ts'
import type { Actor } from '../../store/actors.ts'
import { initialsOf } from '../format.ts'
import { markup, type Html } from '../html.ts'

const toneCount = 6

/** Somebody's picture where we keep it ourselves, otherwise their initials: nothing is loaded from elsewhere. */
export function avatar(home: Home, actor: Actor, size: 'small' | 'large' = 'small'): Html {
  if (actor.iconUrl?.startsWith(`${home.origin}/`)) {
    return markup`<img class="avatar ${size} u-photo" src="${actor.iconUrl}" alt="">`
  }
  const initials = initialsOf(nameOf(actor))
  return markup`<span class="avatar ${size} tone-${toneOf(actor.id)}" aria-hidden="true">${initials}</span>`
}

export function nameOf(actor: Actor): string {
  return actor.displayName.trim() || actor.username
}

/** The low bits of an id are a sequence: the time above them tells people apart better. */
function toneOf(id: string): number {
  return Number((BigInt(id) >> 16n) % BigInt(toneCount))
}
