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
  const standby = kit?.standbyUri ?? null
  const uris = [standby, actor.movedTo, ...actor.alsoKnownAs].filter((uri) => uri !== null)
  const known = await listRemoteActorsByUri(ctx.db, uris)
  const name = (uri: string) => {
    const found = known.get(uri)
    return found === undefined ? shortAddress(uri) : `@${handleOf(ctx.config, found)}`
  }
  const leadsTo =
    standby === null ? 'no account yet: only your key would bring followers along' : name(standby)
  return markup`<section aria-labelledby="place">
<h2 id="place">Your place</h2>
<dl class="fields">
${line('/settings/kit', 'Recovery kit', kitAge(kit))}
${kit !== undefined && line('/settings/kit', 'Leads to', leadsTo)}
${line('/settings/export', 'Archive', archivedAt === undefined ? 'none yet' : formatMoment(archivedAt, 'moment'))}
${line('/settings/moving', 'You are also', aliasesOf(actor, name))}
${actor.movedTo !== null && line('/settings/moving', 'You moved to', name(actor.movedTo))}
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

const shownAliases = 3

function aliasesOf({ alsoKnownAs }: Actor, name: (uri: string) => string): string {
  if (alsoKnownAs.length === 0) return 'nobody elsewhere'
  const names = alsoKnownAs.slice(0, shownAliases).map(name).join(', ')
  const others = alsoKnownAs.length - shownAliases
  return others > 0 ? `${names} and ${formatCount(others, 'other')}` : names
}
