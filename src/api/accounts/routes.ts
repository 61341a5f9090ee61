import type { Context } from '../../context.ts'
import type { Scope } from '../../domain/auth/scopes.ts'
import type { Actor } from '../../store/actors.ts'
import { route, type Call, type Route } from '../route.ts'
import { addDomainBlock, listBlockedDomains, previewDomainBlock, removeDomainBlock } from './domain-blocks.ts'
import { listAccountStatuses } from './list-account-statuses.ts'
import {
  listBlocked,
  listEndorsed,
  listFollowers,
  listFollowing,
  listMuted,
  listOwnEndorsed,
  listRequests,
} from './list-people.ts'
import { changeAliases, moveOwnAccount } from './move.ts'
import * as relate from './relate.ts'
import { lookUpAccount, showAccount, showAccounts } from './show-account.ts'
import { showCredentials } from './show-credentials.ts'
import { showFamiliarFollowers, showRelationships } from './show-relationships.ts'
import * as life from './sign-up.ts'
import { removeAvatar, removeHeader, updateCredentials } from './update-credentials.ts'

type ForMember = (ctx: Context, call: Call<Actor>) => Promise<unknown>

const accounts = '/api/v1/accounts'
const account = `${accounts}/:id`

function open(
  path: string,
  handle: (ctx: Context, call: Call) => Promise<unknown>,
  scope: Scope = 'read:accounts',
) {
  return route({ method: 'GET', path, access: 'anybody', scopes: [scope], handle })
}

function own(path: string, scope: Scope, handle: ForMember) {
  return route({ method: 'GET', path, access: 'member', scopes: [scope], handle })
}

function deed(path: string, scope: Scope, handle: ForMember, evenWhen: readonly 'moved'[] = []) {
  return route({ method: 'POST', path, access: 'member', scopes: [scope], evenWhen, handle })
}

export const accountRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: accounts,
    access: 'app',
    scopes: ['write:accounts'],
    handle: life.createAccountByApp,
  }),
  deed(`${accounts}/delete`, 'write:accounts', life.deleteOwnAccount, ['moved']),
  deed(`${accounts}/alias`, 'write:accounts', changeAliases, ['moved']),
  deed(`${accounts}/move`, 'write:accounts', moveOwnAccount, ['moved']),
  route({
    method: 'POST',
    path: '/api/v1/emails/confirmations',
    access: 'member',
    scopes: ['write:accounts'],
    evenWhen: ['unconfirmed'],
    handle: life.resendConfirmation,
  }),
  route({
    method: 'GET',
    path: '/api/v1/emails/check_confirmation',
    access: 'member',
    scopes: ['read:accounts', 'write:accounts', 'profile'],
    evenWhen: ['unconfirmed'],
    handle: life.checkConfirmation,
  }),
  route({
    method: 'GET',
    path: `${accounts}/verify_credentials`,
    access: 'member',
    scopes: ['read:accounts', 'profile'],
    handle: showCredentials,
  }),
  route({
    method: ['PATCH', 'PUT'],
    path: `${accounts}/update_credentials`,
    access: 'member',
    scopes: ['write:accounts'],
    files: ['avatar', 'header'],
    handle: updateCredentials,
  }),
  ...[
    { path: '/api/v1/profile/avatar', handle: removeAvatar },
    { path: '/api/v1/profile/header', handle: removeHeader },
  ].map((line) => route({ ...line, method: 'DELETE', access: 'member', scopes: ['write:accounts'] })),
  open(`${accounts}/lookup`, lookUpAccount),
  own(`${accounts}/relationships`, 'read:follows', showRelationships),
  own(`${accounts}/familiar_followers`, 'read:follows', showFamiliarFollowers),
  open(accounts, showAccounts),
  open(account, showAccount),
  open(`${account}/statuses`, listAccountStatuses, 'read:statuses'),
  open(`${account}/followers`, listFollowers),
  open(`${account}/following`, listFollowing),
  open(`${account}/endorsements`, listEndorsed),
  deed(`${account}/follow`, 'write:follows', relate.follow),
  deed(`${account}/unfollow`, 'write:follows', relate.unfollow),
  deed(`${account}/remove_from_followers`, 'write:follows', relate.removeFromFollowers),
  deed(`${account}/block`, 'write:blocks', relate.block),
  deed(`${account}/unblock`, 'write:blocks', relate.unblock),
  deed(`${account}/mute`, 'write:mutes', relate.mute),
  deed(`${account}/unmute`, 'write:mutes', relate.unmute),
  deed(`${account}/note`, 'write:accounts', relate.note),
  deed(`${account}/endorse`, 'write:accounts', relate.endorse),
  deed(`${account}/unendorse`, 'write:accounts', relate.unendorse),
  deed(`${account}/pin`, 'write:accounts', relate.endorse),
  deed(`${account}/unpin`, 'write:accounts', relate.unendorse),
  own('/api/v1/endorsements', 'read:accounts', listOwnEndorsed),
  own('/api/v1/blocks', 'read:blocks', listBlocked),
  own('/api/v1/mutes', 'read:mutes', listMuted),
  own('/api/v1/follow_requests', 'read:follows', listRequests),
  deed('/api/v1/follow_requests/:id/authorize', 'write:follows', relate.authorizeRequest),
  deed('/api/v1/follow_requests/:id/reject', 'write:follows', relate.rejectRequest),
  own('/api/v1/domain_blocks/preview', 'read:blocks', previewDomainBlock),
  own('/api/v1/domain_blocks', 'read:blocks', listBlockedDomains),
  deed('/api/v1/domain_blocks', 'write:blocks', addDomainBlock),
  route({
    method: 'DELETE',
    path: '/api/v1/domain_blocks',
    access: 'member',
    scopes: ['write:blocks'],
    handle: removeDomainBlock,
  }),
]
