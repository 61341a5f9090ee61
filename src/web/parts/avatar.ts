import type { Actor } from '../../store/actors.ts'
import { initialsOf } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { mediaSource, type Site } from '../media.ts'
import { textWithEmojis } from './emojis.ts'

/** In CSS pixels, at most. */
const pixels = { small: 44, large: 88 } as const

const toneCount = 6

/** Somebody's picture, which a browser gets from us, or their initials. */
export function avatar(site: Site, actor: Actor, size: 'small' | 'large' = 'small'): Html {
  const tone = toneOf(actor.id)
  if (actor.iconUrl !== null) {
    return markup`<img class="avatar ${size} tone-${tone} u-photo" src="${mediaSource(site, actor.iconUrl)}" alt="" width="${pixels[size]}" height="${pixels[size]}">`
  }
  const initials = initialsOf(nameOf(actor))
  return markup`<span class="avatar ${size} tone-${tone}" aria-hidden="true">${initials}</span>`
}

export function nameOf(actor: Actor): string {
  return actor.displayName.trim() || actor.username
}

/** The same as markup, with the custom emoji that are in it. */
export function nameWithEmojis(site: Site, actor: Actor): Html {
  return textWithEmojis(site, nameOf(actor), actor.emojis)
}

/** The low bits of an id are a sequence: the time above them tells people apart better. */
function toneOf(id: string): number {
  return Number((BigInt(id) >> 16n) % BigInt(toneCount))
}
