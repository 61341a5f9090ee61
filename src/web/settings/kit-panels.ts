import type { Context } from '../../context.ts'
import { mostCounted, type KitView } from '../../domain/kits/describe-kit.ts'
import { dayMs } from '../../lib/time.ts'
import type { KitDestination } from '../../store/kit-destinations.ts'
import { formatCount, formatMoment, formatNumber } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { shortAddress } from '../links.ts'

/** How old the kit is, what it holds, and what would be lost without another copy. */
export function statePanel(ctx: Pick<Context, 'now'>, kit: KitView, download: Html): Html {
  const { createdAt, refreshedAt } = kit
  return markup`<section class="panel" aria-labelledby="state">
<h2 id="state">Your kit</h2>
<p>Made ${formatMoment(createdAt, 'moment')}. ${refreshedAt === null ? 'There is no copy of it yet: download one.' : markup`The last copy was made ${formatMoment(refreshedAt, 'moment')}, ${ageOf(ctx, refreshedAt)}.`}</p>
${refreshedAt !== null && contents(kit)}
<p>${missing(kit)}</p>
<p>${standby(kit)}</p>
${kit.formerStandbys.length > 0 && markup`<p class="hint">Letters were signed before to ${kit.formerStandbys.map((uri) => shortAddress(uri)).join(', ')}. They hold until the alias there is removed.</p>\n`}<p>${kit.includesKey ? 'It holds your private key.' : 'It holds no private key.'} ${kit.includesMedia ? 'It holds your files.' : 'Of your files it holds what they are known by and where they are.'}</p>
${download}
</section>`
}

function ageOf({ now }: Pick<Context, 'now'>, moment: Date): string {
  const days = Math.floor((now().getTime() - moment.getTime()) / dayMs)
  return days === 0 ? 'today' : `${formatCount(days, 'day')} ago`
}

const words = {
  followers: ['follower'],
  follows: ['account that you follow', 'accounts that you follow'],
  posts: ['post'],
  media: ['file'],
} as const satisfies Record<string, readonly [string, string?]>

function contents({ facts }: KitView): Html {
  const held = Object.entries(words).map(([kind, [one, many]]) =>
    formatCount(Number(facts[kind] ?? 0), one, many),
  )
  return markup`<p>It holds ${listOf(held)}.</p>`
}

function missing({ missing: since, refreshedAt }: KitView): string {
  const kinds = [
    [since.followers, 'follower', 'followers'],
    [since.follows, 'account that you follow', 'accounts that you follow'],
    [since.posts, 'post', 'posts'],
  ] as const
  const lost = kinds.flatMap(([count, one, many]) =>
    count === 0
      ? []
      : [count >= mostCounted ? `${formatNumber(count)} or more ${many}` : formatCount(count, one, many)],
  )
  if (lost.length === 0) return 'If this place were gone today, nothing of that would be lost.'
  const when = refreshedAt === null ? '' : ', all newer than the last copy'
  return `If this place were gone today, you would lose ${listOf(lost)}${when}.`
}

function standby({ standby: named }: KitView): string {
  return named === null
    ? 'It has no standby: without one, and without your key, nobody can be led to where you go.'
    : `Its letters lead to ${named.handle === null ? named.uri : `@${named.handle}`}.`
}

/** Where copies go by themselves. */
export function copiesPanel({ destinations }: KitView): Html {
  const list = markup`<ul class="sessions">
${destinations.map(destinationLine)}</ul>`
  return markup`<section class="panel" aria-labelledby="copies">
<h2 id="copies">Where copies go</h2>
${destinations.length === 0 ? markup`<p>Nowhere by themselves: a copy that you download grows old. Let a fresh one go every day to your mailbox, to a folder on the web, or to a locker on another instance.</p>` : list}
<p><a href="/settings/copies">Choose where copies go</a></p>
</section>`
}

function destinationLine({ label, sentAt, problem }: KitDestination): Html {
  const last =
    sentAt === null
      ? 'None has arrived yet.'
      : markup`The last one arrived ${formatMoment(sentAt, 'moment')}.`
  return markup`<li><p>${label}</p><p class="hint">${last}${problem !== null && ` ${problem}`}</p></li>
`
}

function listOf(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
