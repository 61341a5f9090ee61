import type { Emoji } from '../../db/json.ts'
import type { Poll } from '../../store/polls.ts'
import { listTotals } from '../../domain/polls/poll-state.ts'
import { formatCount, formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import type { Site } from '../media.ts'
import { textWithEmojis } from './emojis.ts'

/** What was asked and how it stands. Whoever may choose several is counted once, where we know how many they are. */
export function pollResults(site: Site, poll: Poll, emojis: readonly Emoji[]): Html {
  const totals = listTotals(poll, site.now())
  const total = poll.votes.reduce((sum, count) => sum + Number(count), 0)
  const voters = Number(poll.voters ?? total)
  const most = Math.max(...totals.map(Number))
  const rows = poll.options.map((option, index) => {
    const count = totals[index] ?? null
    if (count === null) return hiddenResult(site, option, emojis)
    const share = voters > 0 ? Math.min(100, Math.round((count / voters) * 100)) : 0
    return markup`<li${count > 0 && count === most && markup` class="leading"`}>
<p><span dir="auto">${textWithEmojis(site, option, emojis)}</span> <span class="share">${share}%</span></p>
<progress max="100" value="${share}" aria-hidden="true"></progress>
</li>\n`
  })
  const counted = poll.voters === null ? formatCount(total, 'vote') : formatCount(voters, 'voter')
  return markup`<div class="poll">
<ul>
${rows}</ul>
<p class="hint">${counted}${poll.multiple && ' · several answers allowed'}${endOf(site, poll)}</p>
</div>`
}

/** How many chose it is told when the poll is over. */
function hiddenResult(site: Site, option: string, emojis: readonly Emoji[]): Html {
  return markup`<li>
<p><span dir="auto">${textWithEmojis(site, option, emojis)}</span></p>
</li>\n`
}

function endOf(site: Site, { endsAt, closedAt }: Poll): Html | string | false {
  const end = closedAt ?? endsAt
  if (end === null) return false
  const isOver = closedAt !== null || end <= site.now()
  return markup` · ${isOver ? 'ended' : 'ends'} ${formatMoment(end, 'dt-end')}`
}
