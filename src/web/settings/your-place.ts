import type { Context } from '../../context.ts'
import { handleOf } from '../../domain/accounts/addresses.ts'
import { listRemoteActorsByUri, type Actor } from '../../store/actors.ts'
import { findLastArchive } from '../../store/archives.ts'
import { findKit } from '../../store/kits.ts'
import { formatCount, formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { shortAddress } from '../links.ts'

/** What of a member is safe if this place is gone tomorrow, and which ways lead in and out: a line for each. */
export async function yourPlace(ctx: Context, actor: Actor): Promise<Html> {
  const [kit, archivedAt] = await Promise.all([findKit(ctx.db, actor.id), findLastArchive(ctx.db, actor.id)])
  return markup`<section class="panel" aria-labelledby="place">
<h2 id="place">Your place</h2>
<dl class="fields">
${line('/settings/kit', 'Recovery kit', kitAge(kit))}
${kit !== undefined && line('/settings/kit', 'Leads to', await standbyOf(ctx, kit.standbyUri))}
${line('/settings/export', 'Archive', archivedAt === undefined ? 'none yet' : formatMoment(archivedAt, 'moment'))}
${line('/settings/moving', 'You are also', aliasesOf(actor))}
${actor.movedTo !== null && line('/settings/moving', 'You moved to', shortAddress(actor.movedTo))}
</dl>
</section>`
}

function line(path: string, term: string, value: Html | string): Html {
  return markup`<div><dt><a href="${path}">${term}</a></dt><dd>${value}</dd></div>\n`
}

function kitAge(kit: { readonly refreshedAt: Date | null } | undefined): Html | string {
  if (kit === undefined) return 'none yet: if this place is gone, so is your account'
  return kit.refreshedAt === null
    ? 'made, but no copy of it yet'
    : markup`last copy ${formatMoment(kit.refreshedAt, 'moment')}`
}

async function standbyOf(ctx: Context, uri: string | null): Promise<string> {
  if (uri === null) return 'no account yet: only your key would bring followers along'
  const known = (await listRemoteActorsByUri(ctx.db, [uri])).get(uri)
  return known === undefined ? shortAddress(uri) : `@${handleOf(ctx.config, known)}`
}

function aliasesOf({ alsoKnownAs }: Actor): string {
  if (alsoKnownAs.length === 0) return 'nobody elsewhere'
  const [first = '', ...others] = alsoKnownAs
  return others.length === 0 ? shortAddress(first) : formatCount(alsoKnownAs.length, 'account')
}
