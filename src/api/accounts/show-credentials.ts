import type { Context } from '../../context.ts'
import { hidesCollections } from '../../domain/accounts/hides-collections.ts'
import { loadProfileDisplay } from '../../domain/accounts/profile-display.ts'
import { loadPostingDefaults } from '../../domain/accounts/posting-defaults.ts'
import type { Actor } from '../../store/actors.ts'
import { findOwnFacts } from '../../store/profiles.ts'
import type { UserRole } from '../../store/users.ts'
import { presentAccount } from '../entities/account.ts'
import { presentSourceField } from '../entities/field.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/accounts/#verify_credentials */
export async function showCredentials(ctx: Context, call: Call<Actor>) {
  return presentCredentials(ctx, call.viewer)
}

/** https://docs.joinmastodon.org/entities/Account/#CredentialAccount */
export async function presentCredentials(ctx: Context, member: Actor) {
  const [account, defaults, hides, facts, display] = await Promise.all([
    presentAccount(ctx, member),
    loadPostingDefaults(ctx, member.id),
    hidesCollections(ctx, member),
    findOwnFacts(ctx.db, member.id),
    loadProfileDisplay(ctx, member.id),
  ])
  const source = {
    privacy: defaults.visibility,
    sensitive: defaults.sensitive,
    language: defaults.language,
    quote_policy: defaults.quotePolicy,
    note: member.summary,
    fields: member.fields.map(presentSourceField),
    follow_requests_count: facts?.requests ?? 0,
    hide_collections: hides,
    discoverable: member.discoverable,
    indexable: member.indexable,
    attribution_domains: display.attributionDomains,
  }
  return { ...account, source, role: presentOwnRole(facts?.role ?? 'member') }
}

/** Mastodon's bits (https://docs.joinmastodon.org/entities/Role/#permission-flags): administrator, manage reports. */
const roles: Record<UserRole, { id: string; name: string; permissions: string }> = {
  member: { id: '-99', name: '', permissions: '0' },
  moderator: { id: '1', name: 'Moderator', permissions: '16' },
  admin: { id: '2', name: 'Admin', permissions: '1' },
  owner: { id: '3', name: 'Owner', permissions: '1' },
}

function presentOwnRole(role: UserRole) {
  return { ...roles[role], color: '', highlighted: role !== 'member' }
}
