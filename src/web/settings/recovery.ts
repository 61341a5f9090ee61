import type { Context } from '../../context.ts'
import { describeRecovery, getRecovery, type RecoveryView } from '../../domain/recovery/describe-recovery.ts'
import { stateWords, stateWordsOfMany } from '../../domain/recovery/ledger-words.ts'
import { writeLedger } from '../../domain/recovery/write-ledger.ts'
import { isId } from '../../lib/ids.ts'
import { DomainError } from '../../lib/errors.ts'
import { listRecoveries } from '../../store/recoveries.ts'
import { followerStates, type FollowerState } from '../../store/recovery-followers.ts'
import { listLedgerHosts, type LedgerHost } from '../../store/recovery-ledger.ts'
import { formatCount, formatMoment, formatNumber } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { submitButton } from '../parts/form-page.ts'
import { progress, type Member, type SettingsPage } from './page.ts'
import { sendTextFile } from './send-file.ts'

const refreshSeconds = 10
const mostHosts = 200

/** How far a member has come back: what became of each follower, and of what the kit held. */
export const recoveryPage: SettingsPage = {
  path: '/settings/recovery',
  title: 'How far you have come back',
  about: 'Which followers were told, and who follows you again',
  isListed: async (ctx, { actor }) => (await listRecoveries(ctx.db, actor.id)).length > 0,
  notes: {
    started: 'You are coming back. This page shows how far it is; you may leave it.',
  },
  async show(ctx, member) {
    const begun = await listRecoveries(ctx.db, member.actor.id)
    if (begun.length === 0) return nothing
    const parts = []
    for (const { id } of begun) parts.push(await showOne(ctx, member, id))
    const isBusy = begun.some(({ state }) => state === 'restoring' || state === 'telling')
    const body = markup`${parts}`
    return isBusy ? { body, refreshSeconds } : body
  },
  actions: {
    export: {
      async take(ctx, { actor, response }, fields) {
        const id = fields.text('id')
        if (!isId(id)) throw new DomainError('not_found', 'There is no such recovery.')
        await getRecovery(ctx, actor, id)
        await sendTextFile(response, 'followers.csv', asText(writeLedger(ctx, id)))
      },
    },
  },
}

const nothing = markup`<p class="panel">You have not come back from anywhere.
<a href="/settings/recover">Open a recovery kit</a> if your server is gone.</p>`

async function* asText(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.toString()
}

const stages: Readonly<Record<string, string>> = {
  restoring: 'The kit is being read.',
  telling: 'Your followers are being told, each in the way that their server believes.',
  resting: 'All were told who can be. Whoever has not come is told again after 8 and after 30 days.',
  done: 'It is over: whoever has not come by now will hardly do so.',
  stopped: 'It was stopped.',
}

async function showOne(ctx: Context, member: Member, id: string): Promise<Html> {
  const view = await describeRecovery(ctx, member.actor, id)
  const hosts = await listLedgerHosts(ctx.db, id, mostHosts)
  const { recovery, followers } = view
  const total = followerStates.reduce((sum, state) => sum + followers[state], 0)
  const heading = `recovery-${id}`
  return markup`<section class="panel" aria-labelledby="${heading}">
<h2 id="${heading}">@${recovery.formerHandle}</h2>
<p>${stages[recovery.state] ?? ''}${recovery.nextSweepAt !== null && recovery.state === 'resting' && markup` Next: ${formatMoment(recovery.nextSweepAt, 'moment')}.`}</p>
${total > 0 && progress(`${formatNumber(followers.followed)} of ${formatCount(total, 'follower is', 'followers are')} back`, followers.followed, total)}
<ul>
${followerStates.map((state) => stateLine(state, followers[state]))}</ul>
<p class="hint">That a server was told does not mean that it acted on it: only a follower who follows counts.</p>
${restored(view)}
${hosts.length > 0 && hostTable(hosts)}
<form class="form" method="post" action="/settings/recovery/export">${member.token}
<input type="hidden" name="id" value="${id}">${submitButton('Save all of it as a table', 'plain')}</form>
</section>`
}

function stateLine(state: FollowerState, count: number): Html {
  const words = count === 1 ? stateWords : stateWordsOfMany
  return markup`<li><strong>${formatNumber(count)}</strong> ${words[state]}</li>\n`
}

const kinds: Readonly<Record<string, readonly [one: string, many?: string]>> = {
  follow: ['follow'],
  list_member: ['place on a list', 'places on lists'],
  block: ['block'],
  mute: ['mute'],
  note: ['note on somebody', 'notes on people'],
  endorsement: ['recommendation'],
  bookmark: ['bookmark'],
  picture: ['profile picture'],
  post: ['post or boost', 'posts and boosts'],
}

function restored({ items }: RecoveryView): Html | undefined {
  if (items.length === 0) return undefined
  const lines = Object.entries(kinds).flatMap(([kind, [one, many]]) => {
    const of = (state: string) => items.find((each) => each.kind === kind && each.state === state)?.count ?? 0
    const all = of('done') + of('asked') + of('waiting') + of('failed')
    if (all === 0) return []
    const rest = [
      ...(of('asked') > 0 ? [`${formatNumber(of('asked'))} asked and not answered`] : []),
      ...(of('waiting') > 0 ? [`${formatNumber(of('waiting'))} to come`] : []),
      ...(of('failed') > 0 ? [`${formatNumber(of('failed'))} could not be had`] : []),
    ]
    const end = rest.length === 0 ? '' : `, ${rest.join(', ')}`
    return [markup`<li>${formatNumber(of('done'))} of ${formatCount(all, one, many)}${end}</li>\n`]
  })
  return markup`<h3>Restored</h3>
<ul>
${lines}</ul>`
}

function hostTable(hosts: readonly LedgerHost[]): Html {
  return markup`<h3>By server</h3>
<ul class="sessions">
${hosts.map(hostLine)}</ul>`
}

function hostLine(host: LedgerHost): Html {
  const counts = followerStates
    .filter((state) => host[state] > 0)
    .map((state) => `${formatNumber(host[state])} ${state}`)
  return markup`<li><p><strong>${host.host}</strong>${host.software !== null && markup` <span class="hint">${host.software}</span>`}</p>
<p>${counts.join(', ')}</p>
${host.detail !== null && markup`<p class="hint">${host.detail}</p>`}</li>
`
}
