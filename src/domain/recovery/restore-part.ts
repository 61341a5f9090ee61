import type { TxContext } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { listFilters } from '../../store/filters.ts'
import { listLists } from '../../store/lists.ts'
import { insertFollowers, type SavedFollower } from '../../store/recovery-followers.ts'
import { insertItems } from '../../store/recovery-items.ts'
import { blockDomainFor } from '../domain-blocks/block-domain-for.ts'
import { createFilter } from '../filters/keep-filter.ts'
import type { KitPart, PartKind } from '../kits/kit-format.ts'
import type { KitItem } from '../kits/kit-items.ts'
import { createList, repliesPolicies } from '../lists/keep-list.ts'
import { keepBytes } from './kit-files.ts'
import type { ItemKind } from './restore-item.ts'
import { restoreProfile } from './restore-profile.ts'
import { readItems } from './read-summary.ts'

/** Where a part of a kit is put, and which one it is. */
export type PartPlace = { readonly account: Actor; readonly recoveryId: string; readonly number: number }

type Restore<Kind extends PartKind> = (
  tx: TxContext,
  place: PartPlace,
  items: readonly KitItem<Kind>[],
) => Promise<void>

/** What is not named was dealt with when the kit was opened. */
const restorers: { readonly [Kind in PartKind]?: Restore<Kind> } = {
  profile: async (tx, place, items) => {
    for (const item of items) {
      await restoreProfile(tx, place.account, item)
      const endorsed = item.endorsed.map((actor) => ({ kind: 'endorsement' as const, data: { actor } }))
      await put(tx, place, [...picturesOf(item), ...endorsed])
    }
  },
  follows: (tx, place, items) => later(tx, place, 'follow', items),
  followers: restoreFollowers,
  lists: restoreLists,
  blocks: (tx, place, items) => later(tx, place, 'block', items),
  mutes: (tx, place, items) => later(tx, place, 'mute', items),
  notes: (tx, place, items) => later(tx, place, 'note', items),
  domain_blocks: async (tx, { account }, items) => {
    for (const { domain } of items) await passOver(() => blockDomainFor(tx, account, domain))
  },
  filters: restoreFilters,
  bookmarks: (tx, place, items) => later(tx, place, 'bookmark', items),
  posts: (tx, place, items) => later(tx, place, 'post', items),
  media: (tx, place, items) => keepBytes(tx, place, items),
}

/** Puts a part of a kit where it belongs; what others have to be asked for is done one by one, later. */
export async function restorePart(tx: TxContext, place: PartPlace, { kind, items }: KitPart): Promise<void> {
  await restoreAs(tx, place, kind, items)
}

async function restoreAs<Kind extends PartKind>(
  tx: TxContext,
  place: PartPlace,
  kind: Kind,
  items: readonly unknown[],
): Promise<void> {
  const restore: Restore<Kind> | undefined = restorers[kind]
  await restore?.(tx, place, readItems(kind, items))
}

type NewItem = { readonly kind: ItemKind; readonly data: object }

function picturesOf({ avatar, header }: KitItem<'profile'>): NewItem[] {
  const pictures = [
    { purpose: 'avatar', ...avatar },
    { purpose: 'header', ...header },
  ]
  return pictures.flatMap((data) => ('url' in data ? [{ kind: 'picture', data }] : []))
}

function later(tx: TxContext, place: PartPlace, kind: ItemKind, items: readonly object[]): Promise<void> {
  return put(
    tx,
    place,
    items.map((data) => ({ kind, data })),
  )
}

/** Each item keeps its place in the kit, so that it is put in once. */
async function put(
  tx: TxContext,
  { recoveryId, number }: PartPlace,
  items: readonly NewItem[],
): Promise<void> {
  const rows = items.map(({ kind, data }, index) => ({
    number: (BigInt(number) * 1_000_000n + BigInt(index)).toString(),
    kind,
    data,
    host: kind === 'post' ? '' : hostOf(data),
  }))
  await insertItems(tx.db, recoveryId, rows, tx.now())
}

function hostOf(data: object): string {
  const { actor, uri, url } = data as { actor?: string; uri?: string; url?: string }
  return URL.parse(actor ?? uri ?? url ?? '')?.host ?? ''
}

/** An inbox counts on the host of its actor only: nobody else has agreed to be written to. */
async function restoreFollowers(
  tx: TxContext,
  { recoveryId }: PartPlace,
  items: readonly KitItem<'followers'>[],
): Promise<void> {
  const followers = items.flatMap((item): SavedFollower[] => {
    const { host } = new URL(item.actor)
    if (new URL(item.inbox).host !== host) return []
    const isShared = item.shared_inbox !== null && new URL(item.shared_inbox).host === host
    const { actor: actorUri, handle, inbox, software } = item
    const sharedInbox = isShared ? item.shared_inbox : null
    return [{ actorUri, handle, inbox, sharedInbox, host, software: software?.toLowerCase() ?? null }]
  })
  const patience = new Date(tx.now().getTime() + 5 * 60_000)
  const [known, unknown] = [
    followers.filter(({ software }) => software !== null),
    followers.filter(({ software }) => software === null),
  ]
  await insertFollowers(tx.db, recoveryId, known, tx.now())
  // They are asked what they run; who does not say is told after a while, as most are.
  await insertFollowers(tx.db, recoveryId, unknown, patience)
}

async function restoreLists(
  tx: TxContext,
  place: PartPlace,
  items: readonly KitItem<'lists'>[],
): Promise<void> {
  const members = []
  for (const { title, replies_policy, exclusive, members: people } of items) {
    const repliesPolicy = repliesPolicies.find((policy) => policy === replies_policy)
    const found = (await listLists(tx.db, place.account.id)).find((list) => list.title === title)
    const list =
      found ?? (await passOver(() => createList(tx, place.account, { title, repliesPolicy, exclusive })))
    if (list !== undefined) members.push(...people.map(({ actor }) => ({ actor, list: list.id })))
  }
  await later(tx, place, 'list_member', members)
}

async function restoreFilters(
  tx: TxContext,
  { account }: PartPlace,
  items: readonly KitItem<'filters'>[],
): Promise<void> {
  const titles = new Set((await listFilters(tx.db, account.id)).map(({ title }) => title))
  for (const { title, contexts, action, expires_at, keywords } of items) {
    if (titles.has(title)) continue
    const expiresAt = expires_at === null ? null : new Date(expires_at)
    const words = keywords.map(({ keyword, whole_word: wholeWord }) => ({ keyword, wholeWord }))
    await passOver(() => createFilter(tx, account, { title, contexts, action, expiresAt, keywords: words }))
  }
}

/** What this place does not take is left out: the rest of a kit does not fail for it. */
async function passOver<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
