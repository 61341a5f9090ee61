import type { Context } from '../../context.ts'
import {
  listBlockRows,
  listDomainRows,
  listFollowerRows,
  listFollowRows,
  listMemberRows,
  listMuteRows,
  listNoteRows,
  type FollowerRow,
  type Named,
} from '../../store/kit-contents.ts'
import { listLists } from '../../store/lists.ts'
import { actorUri, handleOf } from '../accounts/addresses.ts'
import { readPages } from './batch-items.ts'
import type { KitItem } from './kit-items.ts'

type Reader = Pick<Context, 'config' | 'db'>

/** How somebody is named in a kit. */
function nameOf({ config }: Pick<Context, 'config'>, somebody: Named): KitItem<'blocks'> {
  return { actor: actorUri(config, somebody), handle: handleOf(config, somebody) }
}

export async function* collectFollows(ctx: Reader, accountId: string): AsyncGenerator<KitItem<'follows'>> {
  for await (const row of readPages((page) => listFollowRows(ctx.db, accountId, page)))
    yield {
      ...nameOf(ctx, row),
      state: row.state === 'accepted' ? 'accepted' : 'pending',
      shows_boosts: row.showsBoosts,
      notifies: row.notifies,
      languages: row.languages,
    }
}

export async function* collectFollowers(
  ctx: Reader,
  accountId: string,
): AsyncGenerator<KitItem<'followers'>> {
  for await (const row of readPages((page) => listFollowerRows(ctx.db, accountId, page))) {
    const inboxes = row.uri === null ? ownInboxes(ctx, row) : foreignInboxes(row)
    if (inboxes !== undefined) yield { ...nameOf(ctx, row), ...inboxes }
  }
}

type Inboxes = Pick<KitItem<'followers'>, 'inbox' | 'shared_inbox' | 'software'>

function foreignInboxes({ inbox, sharedInbox, software }: FollowerRow): Inboxes | undefined {
  return inbox === null ? undefined : { inbox, shared_inbox: sharedInbox, software }
}

/** Members of this place, who may have come back elsewhere as well. */
function ownInboxes({ config }: Reader, row: FollowerRow): Inboxes {
  return {
    inbox: `${actorUri(config, row)}/inbox`,
    shared_inbox: `${config.origin}/inbox`,
    software: 'holdfast',
  }
}

const membersInItem = 1000

export async function* collectLists(ctx: Reader, accountId: string): AsyncGenerator<KitItem<'lists'>> {
  for (const [index, list] of (await listLists(ctx.db, accountId)).entries()) {
    const members = await listMembers(ctx, list.id)
    const facts = {
      list: index,
      title: list.title,
      replies_policy: list.repliesPolicy,
      exclusive: list.exclusive,
    }
    for (let start = 0; start === 0 || start < members.length; start += membersInItem)
      yield { ...facts, members: members.slice(start, start + membersInItem) }
  }
}

async function listMembers(ctx: Reader, listId: string): Promise<KitItem<'blocks'>[]> {
  const members = []
  for await (const row of readPages((page) => listMemberRows(ctx.db, listId, page)))
    members.push(nameOf(ctx, row))
  return members
}

export async function* collectBlocks(ctx: Reader, accountId: string): AsyncGenerator<KitItem<'blocks'>> {
  for await (const row of readPages((page) => listBlockRows(ctx.db, accountId, page))) yield nameOf(ctx, row)
}

export async function* collectMutes(ctx: Reader, accountId: string): AsyncGenerator<KitItem<'mutes'>> {
  for await (const row of readPages((page) => listMuteRows(ctx.db, accountId, page)))
    yield {
      ...nameOf(ctx, row),
      hides_notifications: row.hidesNotifications,
      expires_at: row.expiresAt?.toISOString() ?? null,
    }
}

export async function* collectDomainBlocks(
  ctx: Reader,
  accountId: string,
): AsyncGenerator<KitItem<'domain_blocks'>> {
  for await (const { domain } of readPages((page) => listDomainRows(ctx.db, accountId, page)))
    yield { domain }
}

export async function* collectNotes(ctx: Reader, accountId: string): AsyncGenerator<KitItem<'notes'>> {
  for await (const row of readPages((page) => listNoteRows(ctx.db, accountId, page)))
    yield { ...nameOf(ctx, row), comment: row.comment }
}
