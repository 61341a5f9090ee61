import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { recordAct } from '../../domain/audit/record-act.ts'
import { handleOf } from '../../domain/accounts/addresses.ts'
import { changeKit, createKit, type KitChoices } from '../../domain/kits/create-kit.ts'
import { requireCopyTurn } from '../../domain/kits/copy-limits.ts'
import { describeKit } from '../../domain/kits/describe-kit.ts'
import { copyName } from '../../domain/kits/save-copy.ts'
import { suggestPassphrase } from '../../domain/kits/suggest-passphrase.ts'
import { requireKit, writeCopy } from '../../domain/kits/write-copy.ts'
import { DomainError } from '../../lib/errors.ts'
import { markup, type Html } from '../html.ts'
import { checkbox, inputField, submitButton } from '../parts/form-page.ts'
import { forThisBrowser } from '../forms.ts'
import { copiesPanel, statePanel } from './kit-panels.ts'
import { panelForm, type Fields, type Member, type SettingsPage } from './page.ts'

/** What it takes to come back when this place is gone: made, changed and fetched here. */
export const kitPage: SettingsPage = {
  path: '/settings/kit',
  title: 'Recovery kit',
  about: 'Come back elsewhere, with your followers, if this place is ever gone',
  needsProof: true,
  notes: {
    made: 'Your kit is made. Download a copy now, and keep it and its passphrase in two places.',
    changed: 'Copies that are made from now on hold what you chose.',
  },
  async show(ctx, member) {
    const kit = await describeKit(ctx, member.actor)
    if (kit === undefined)
      return markup`${introduction}\n${reach}\n${steps(ctx, member)}\n${makeForm(member)}`
    const chosen = {
      standby: kit.standby?.handle ?? kit.standby?.uri ?? '',
      withMedia: kit.includesMedia,
      withKey: kit.includesKey,
    }
    return markup`${statePanel(ctx, kit, downloadForm(member))}
${copiesPanel(kit)}
${reach}
${changeForm(ctx, member, chosen)}
${anotherForm(member)}`
  },
  actions: {
    make: {
      async take(ctx, { actor, request }, fields) {
        const passphrase = fields.text('passphrase')
        if (passphrase !== fields.text('again'))
          throw new DomainError('invalid', 'The two passphrases are not the same.')
        const kept = fields.has('as_before') ? await keepChoices(ctx, actor, request.ip) : undefined
        await createKit(ctx, actor, passphrase, kept ?? readChoices(fields, request.ip))
        return { note: 'made' }
      },
    },
    change: {
      async take(ctx, { actor, request }, fields) {
        await changeKit(ctx, actor, readChoices(fields, request.ip))
        return { note: 'changed' }
      },
    },
    download: { take: download },
  },
}

const introduction = markup`<section class="panel" aria-labelledby="what">
<h2 id="what">What a kit is for</h2>
<p>If this server vanishes, even with its domain, a kit brings you back on another one that runs Holdfast: your profile,
posts and files, whom you follow, your lists, blocks, mutes, filters and bookmarks. It asks your followers to follow you there.</p>
<p>It is one file, and tells nothing to whoever does not know its passphrase. The passphrase is not kept here: nobody can give
it back to you.</p>
<p>What it cannot keep: the addresses that your posts had, followers who came after the last copy, and those on servers that
ignore a move.</p>
</section>`

const reach = markup`<section class="panel" aria-labelledby="reach">
<h2 id="reach">Whom letters reach, and whom the key</h2>
<p>With a standby, the kit holds letters that you sign now: they say that you moved to that account. Anybody may deliver
them later, but they lead only there. No private key leaves this server.</p>
<p>Letters reach followers on Mastodon, Mitra, Friendica and Holdfast, on applications of Fedify such as Hollo and Ghost, and
on Misskey before 2024.5. They do not reach later versions of Misskey and its relatives, GoToSocial, Akkoma and Pleroma, snac2, or
BookWyrm: for these your key is needed. Some servers follow no move at all.</p>
<p>A letter is taken back by removing the alias at the standby.</p>
</section>`

/** The standby agrees before it can be named. */
function steps(ctx: Context, { actor, typed }: Member): Html {
  const host = /^@?[^@\s/]+@([a-z\d.-]+(?::\d+)?)$/i.exec(typed?.text('standby').trim() ?? '')?.[1]
  const place = 'Settings → Moving → Your account elsewhere'
  return markup`<section class="panel" aria-labelledby="standby-steps">
<h2 id="standby-steps">How a standby is named</h2>
<ol class="steps">
<li>Have an account on another server that runs Holdfast: that is your standby.</li>
<li>On the standby, under ${host === undefined ? markup`<strong>${place}</strong>` : markup`<a href="https://${host}/settings/moving">${place}</a>`}, add
<strong>@${handleOf(ctx.config, actor)}</strong> as an alias.</li>
<li>Come back to this page, and name the standby below.</li>
</ol>
<p class="hint">An alias goes one way: it lets this account lead there, and does nothing until then.</p>
</section>`
}

/** What goes into the kit that there is goes into the next. @returns undefined when there is none */
async function keepChoices(
  ctx: Context,
  actor: Member['actor'],
  ip: string | undefined,
): Promise<KitChoices | undefined> {
  const kit = await describeKit(ctx, actor)
  if (kit === undefined) return undefined
  const standby = kit.standby?.handle ?? kit.standby?.uri
  return { standby, withKey: kit.includesKey, withMedia: kit.includesMedia, ip }
}

/** @throws DomainError `invalid` for the key without the second word */
function readChoices(fields: Fields, ip: string | undefined): KitChoices {
  const withKey = fields.has('with_key')
  if (withKey && !fields.has('key_sure'))
    throw new DomainError(
      'invalid',
      'Say that you know what the private key in the kit means, or leave it out.',
    )
  const standby = fields.text('standby').trim()
  return { standby: standby === '' ? undefined : standby, withKey, withMedia: fields.has('with_media'), ip }
}

async function download(ctx: Context, { actor, request, response }: Member): Promise<void> {
  await requireKit(ctx, actor.id)
  requireCopyTurn(actor.id)
  await transact(ctx, (tx) => recordAct(tx, actor.id, 'kit.taken', { ip: request.ip }))
  response.set({
    'Cache-Control': forThisBrowser,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${copyName(ctx, actor)}"`,
    'X-Content-Type-Options': 'nosniff',
  })
  // Whoever breaks it off has no whole kit, and it is not noted as one.
  await pipeline(Readable.from(writeCopy(ctx, actor.id)), response).catch((error: unknown) => {
    ctx.log.info({ err: error }, 'A download of a recovery kit was broken off')
  })
}

function downloadForm({ token }: Member): Html {
  return markup`<form class="form" method="post" action="/settings/kit/download">${token}
<p class="actions"><button class="button primary" type="submit">Download a copy</button></p></form>`
}

type Chosen = { readonly standby: string; readonly withMedia: boolean; readonly withKey: boolean }

const nothingChosen: Chosen = { standby: '', withMedia: false, withKey: false }

function makeForm(member: Member): Html {
  return panelForm(
    member,
    '/settings/kit/make',
    'Make your kit',
    markup`${passphraseFields()}
${choiceFields(member, nothingChosen)}
${submitButton('Make your kit')}`,
  )
}

function anotherForm(member: Member): Html {
  return panelForm(
    member,
    '/settings/kit/make',
    'Another passphrase',
    markup`<p>This makes another kit, with the same in it. Copies of the one before open with the passphrase that they have: whoever
has one and knows it can still use it.</p>
<input type="hidden" name="as_before" value="yes">
${passphraseFields()}
${submitButton('Make another kit')}`,
  )
}

function passphraseFields(): Html {
  const common = { type: 'password', autocomplete: 'new-password', minLength: 12 } as const
  return markup`<p>A good passphrase, made up just now for you alone: <strong class="phrase">${suggestPassphrase()}</strong>.
Write it down before you go on, and keep it away from the kit.</p>
${inputField({ ...common, name: 'passphrase', label: 'Passphrase', hint: 'At least 12 characters. Long ones are better than strange ones.' })}
${inputField({ ...common, name: 'again', label: 'The same again' })}`
}

function changeForm(ctx: Context, member: Member, chosen: Chosen): Html {
  return markup`${chosen.standby === '' && markup`${steps(ctx, member)}\n`}${panelForm(
    member,
    '/settings/kit/change',
    'What goes into it',
    markup`<p>For the copies that are made from now on. The passphrase stays.</p>
${choiceFields(member, chosen)}
${submitButton('Save')}`,
  )}`
}

function choiceFields(member: Member, chosen: Chosen): Html {
  // What was typed into the form that has none of these says nothing of them.
  const typed = member.typed?.has('as_before') === true ? undefined : member.typed
  const isOn = (name: string, kept: boolean): boolean => typed?.has(name) ?? kept
  const hint =
    'An account of yours on another server, such as name@other.example, that names this one as an alias already. Leave it empty for no letters.'
  return markup`<p class="field"><label for="standby">Standby account</label>
<input id="standby" name="standby" type="text" value="${typed?.text('standby') ?? chosen.standby}" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="1000" aria-describedby="standby-hint">
<span class="hint" id="standby-hint">${hint}</span></p>
${checkbox({ name: 'with_media', label: 'With my files, and not only where they are. The kit is large then.', isChecked: isOn('with_media', chosen.withMedia) })}
${checkbox({ name: 'with_key', label: 'With my private key, which reaches more servers', isChecked: isOn('with_key', chosen.withKey) })}
${checkbox({ name: 'key_sure', label: 'I know: whoever opens a kit with the key can speak as me, and nobody can take that back', isChecked: isOn('key_sure', chosen.withKey) })}`
}
