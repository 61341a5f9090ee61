import type { Context } from '../../context.ts'
import { actorUri, handleOf } from '../../domain/accounts/addresses.ts'
import { addAlias } from '../../domain/moving/add-alias.ts'
import { cancelMove } from '../../domain/moving/cancel-move.ts'
import { findRestEnd } from '../../domain/moving/cooldown.ts'
import { moveAccount } from '../../domain/moving/move-account.ts'
import { pullFollowers } from '../../domain/moving/pull-followers.ts'
import { removeAlias } from '../../domain/moving/remove-alias.ts'
import { DomainError } from '../../lib/errors.ts'
import { listRemoteActorsByUri } from '../../store/actors.ts'
import { countFollows } from '../../store/follows.ts'
import { findMoveState } from '../../store/moves.ts'
import { formatCount, formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { shortAddress, webAddress } from '../links.ts'
import { checkbox, inputField, submitButton } from '../parts/form-page.ts'
import { panelForm, type Member, type SettingsPage } from './page.ts'

/** Coming here from another server, and going to another, while both answer. */
export const movingPage: SettingsPage = {
  path: '/settings/moving',
  title: 'Moving',
  about: 'Bring your followers here from another server, or take them to one',
  needsProof: true,
  notes: {
    added: 'The account is an alias of yours. Go on there: move it to your account here.',
    removed: 'The alias is gone. Whoever follows that account stays there.',
    pulled: 'Servers that listen are told, once a day at most.',
    started: 'You have moved. Your followers are asked to follow you there.',
    cancelled: 'You live here again. Tell those who went along: they do not come back by themselves.',
  },
  async show(ctx, member) {
    const leaving = member.actor.movedTo === null ? await moveForm(ctx, member) : redirectForm(member)
    return markup`${await aliasPanel(ctx, member)}
${leaving}`
  },
  actions: {
    pull: {
      async take(ctx, { actor }, fields) {
        await pullFollowers(ctx, actor, fields.text('alias'))
        return { note: 'pulled' }
      },
    },
    alias: {
      async take(ctx, { actor }, fields) {
        await addAlias(ctx, actor, fields.text('acct').trim())
        return { note: 'added' }
      },
    },
    forget: {
      async take(ctx, { actor }, fields) {
        await removeAlias(ctx, actor, fields.text('alias'))
        return { note: 'removed' }
      },
    },
    start: {
      async take(ctx, { actor, request }, fields) {
        if (!fields.has('sure')) throw new DomainError('invalid', 'Say that you know what stays behind.')
        await moveAccount(ctx, actor, fields.text('to').trim(), { ip: request.ip })
        return { note: 'started' }
      },
    },
    cancel: {
      async take(ctx, { actor, request }) {
        await cancelMove(ctx, actor, { ip: request.ip })
        return { note: 'cancelled' }
      },
    },
  },
}

async function aliasPanel(ctx: Context, member: Member): Promise<Html> {
  const { actor, token, typed } = member
  const known = await listRemoteActorsByUri(ctx.db, actor.alsoKnownAs)
  const here = actorUri(ctx.config, actor)
  const lines = actor.alsoKnownAs.map((uri) => {
    const alias = known.get(uri)
    return markup`<li><p>${alias === undefined ? address(uri) : `@${handleOf(ctx.config, alias)}`}</p>
<form method="post" action="/settings/moving/forget">${token}<input type="hidden" name="alias" value="${uri}">
<button class="button" type="submit">Remove</button></form>
${alias?.movedTo === here && pullForm(member, uri)}</li>
`
  })
  const field = {
    name: 'acct',
    label: 'Your account elsewhere',
    autocomplete: 'off',
    value: typed?.text('acct'),
  }
  const form = panelForm(
    member,
    '/settings/moving/alias',
    'Move here',
    markup`<p>Name the account that you come from. Then go to that server and move it to
<strong>@${handleOf(ctx.config, actor)}</strong>: your followers follow you here, without your doing anything more.</p>
<p>Your posts and pictures do not come by this. An archive from there brings them, and a file of whom you follow brings that.</p>
${inputField({ ...field, hint: 'Such as name@other.example, or the address of the profile.' })}
${submitButton('Add the alias')}`,
  )
  if (lines.length === 0) return form
  return markup`${form}
<section class="panel" aria-labelledby="aliases">
<h2 id="aliases">Your aliases</h2>
<ul class="sessions">
${lines}</ul>
<p class="hint">From each of these followers may be sent to you, and nothing else. Everybody can see the list.</p>
</section>`
}

function pullForm({ token }: Member, uri: string): Html {
  return markup`<form method="post" action="/settings/moving/pull">${token}<input type="hidden" name="alias" value="${uri}">
<p class="hint">It says that it moved here. Where its own server does not tell everybody, some servers also take your word.</p>
<button class="button" type="submit">Tell them</button></form>`
}

async function moveForm(ctx: Context, member: Member): Promise<Html> {
  const { actor } = member
  const state = await findMoveState(ctx.db, actor.id)
  const restEnd = findRestEnd(ctx, state?.movedAt ?? null)
  if (restEnd !== undefined)
    return markup`<section class="panel" aria-labelledby="away"><h2 id="away">Move away</h2>
<p>You moved less than 30 days ago. You may move again after ${formatMoment(restEnd, 'moment')}.</p></section>`
  const { followers } = await countFollows(ctx.db, actor.id)
  const field = {
    name: 'to',
    label: 'Your account there',
    autocomplete: 'off',
    value: member.typed?.text('to'),
  }
  return panelForm(
    member,
    '/settings/moving/start',
    'Move away',
    markup`<p>First name <strong>@${handleOf(ctx.config, actor)}</strong> as an alias of your account there: else the move is refused.</p>
<p>Then your ${formatCount(followers, 'follower is', 'followers are')} asked to follow you there. Most servers do so at once; some ignore it,
and then those who live there stay behind.</p>
${whatStays}
${inputField({ ...field, hint: 'Such as name@other.example.' })}
${checkbox({ name: 'sure', label: 'I know what stays behind', isRequired: true })}
${submitButton('Move my account', 'danger')}`,
  )
}

const whatStays = markup`<ul class="scopes">
<li>Your posts stay here, at their addresses, for as long as this server runs. They cannot be moved.</li>
<li>From here you can no longer post, follow or answer; your profile shows where you live.</li>
<li>Whom you follow, your lists, blocks and bookmarks do not go along: take the files with you.</li>
<li>You can take it back, but followers who went do not return by themselves. For 30 days you cannot move again.</li>
</ul>
`

function redirectForm(member: Member): Html {
  return panelForm(
    member,
    '/settings/moving/cancel',
    'You have moved',
    markup`<p>Your profile here shows that you live at ${address(member.actor.movedTo ?? '')}, and you cannot post from here.</p>
<p>If you take that back, you can use this account again. Followers who went along stay there.</p>
${submitButton('Live here again', 'plain')}`,
  )
}

function address(uri: string): Html | string {
  const url = webAddress(uri)
  return url === undefined ? uri : markup`<a href="${url}">${shortAddress(url)}</a>`
}
