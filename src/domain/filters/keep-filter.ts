import type { Context, Db, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'
import * as store from '../../store/filters.ts'
import { lockAccountRow } from '../../store/featured.ts'
import { publishEvent } from '../../store/stream-events.ts'

/** `allKeywords` of a member: every page that they read is searched for each. */
const filterLimits = { filters: 100, keywords: 100, allKeywords: 1000, statuses: 100 } as const
export const filterContexts = ['home', 'notifications', 'public', 'thread', 'account'] as const
export const filterActions = ['warn', 'hide', 'blur'] as const

export type FilterChanges = {
  readonly title?: string | undefined
  readonly contexts?: readonly string[] | undefined
  readonly action?: string | undefined
  /** Null for never. */
  readonly expiresAt?: Date | null | undefined
  readonly keywords?: readonly KeywordChange[] | undefined
}

/** With an id that of the filter is changed, or dropped; without one there is one more. */
export type KeywordChange = {
  readonly id?: string | undefined
  readonly keyword?: string | undefined
  /** Of a new one true unless it is said, as in Mastodon. */
  readonly wholeWord?: boolean | undefined
  readonly isDropped?: boolean | undefined
}

const notFound = () => new DomainError('not_found', 'There is no such filter.')
const blankKeyword = () => new DomainError('invalid', "Validation failed: Keyword can't be blank")

/** @throws DomainError `not_found` unless the account has a filter that is so */
export async function findOwn(
  { db }: { readonly db: Db },
  { id }: Actor,
  isIt: (filter: store.Filter) => boolean,
): Promise<store.Filter> {
  const found = (await store.listFilters(db, id)).find(isIt)
  if (found === undefined) throw notFound()
  return found
}

/** @throws DomainError `invalid` without title or contexts, or with too much of anything */
export async function createFilter(
  ctx: Context,
  account: Actor,
  wanted: FilterChanges,
): Promise<store.Filter> {
  const { title, contexts = [], action = 'warn', expiresAt = null, keywords = [] } = wanted
  if (title === undefined) throw new DomainError('invalid', "Validation failed: Title can't be blank")
  if (contexts.length === 0) throw new DomainError('invalid', "Validation failed: Context can't be blank")
  return transact(ctx, async (tx) => {
    const id = tx.newId()
    await lockAccountRow(tx.db, account.id)
    if ((await store.listFilters(tx.db, account.id)).length >= filterLimits.filters)
      throw new DomainError('invalid', 'Validation failed: there are too many filters')
    const row = { id, accountId: account.id, title, contexts: [...contexts], action, expiresAt }
    await store.insertFilter(tx.db, { ...row, createdAt: tx.now() })
    await changeKeywords(tx, account, id, keywords)
    tellApps(tx, account)
    return findOwn(tx, account, (filter) => filter.id === id)
  })
}

/** What is undefined stays. @throws DomainError `not_found`, `invalid` */
export async function changeFilter(
  ctx: Context,
  account: Actor,
  id: string,
  { title, contexts, action, expiresAt, keywords = [] }: FilterChanges,
): Promise<store.Filter> {
  return transact(ctx, async (tx) => {
    await lockAccountRow(tx.db, account.id)
    await findOwn(tx, account, (each) => each.id === id)
    await store.updateFilter(tx.db, id, {
      ...(title !== undefined && { title }),
      ...(contexts !== undefined && contexts.length > 0 && { contexts: [...contexts] }),
      ...(action !== undefined && { action }),
      ...(expiresAt !== undefined && { expiresAt }),
    })
    await changeKeywords(tx, account, id, keywords)
    tellApps(tx, account)
    return findOwn(tx, account, (each) => each.id === id)
  })
}

export async function dropFilter(ctx: Context, account: Actor, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    await findOwn(tx, account, (filter) => filter.id === id)
    await store.deleteFilter(tx.db, id)
    tellApps(tx, account)
  })
}

/** They read the filters again. */
function tellApps(tx: TxContext, { id: accountId }: Actor): void {
  publishEvent(tx.db, { event: 'filters_changed', accountId })
}

async function changeKeywords(
  tx: TxContext,
  account: Actor,
  filterId: string,
  changes: readonly KeywordChange[],
): Promise<void> {
  if (changes.length === 0) return
  const all = await store.listFilters(tx.db, account.id)
  const filter = all.find(({ id }) => id === filterId)
  if (filter === undefined) throw notFound()
  requireRoom(all, filter, changes)
  for (const change of changes) await changeKeyword(tx, filter, change)
}

async function changeKeyword(
  tx: TxContext,
  filter: store.Filter,
  { id, keyword, wholeWord, isDropped }: KeywordChange,
): Promise<void> {
  if (keyword?.trim() === '') throw blankKeyword()
  if (id === undefined) {
    if (keyword === undefined) throw blankKeyword()
    const row = { id: tx.newId(), filterId: filter.id, keyword, wholeWord: wholeWord ?? true }
    return store.insertFilterKeyword(tx.db, row)
  }
  if (!filter.keywords.some((each) => each.id === id)) throw notFound()
  if (isDropped === true) return store.deleteFilterKeyword(tx.db, id)
  return store.updateFilterKeyword(tx.db, id, {
    ...(keyword !== undefined && { keyword }),
    ...(wholeWord !== undefined && { wholeWord }),
  })
}

function requireRoom(
  all: readonly store.Filter[],
  filter: store.Filter,
  changes: readonly KeywordChange[],
): void {
  const added = changes.filter(({ id }) => id === undefined).length
  const dropped = changes.filter(({ id, isDropped }) => id !== undefined && isDropped === true).length
  if (added <= dropped) return
  const { keywords, allKeywords } = filterLimits
  if (filter.keywords.length + added - dropped > keywords)
    throw new DomainError('invalid', `Validation failed: a filter has at most ${keywords} keywords`)
  const count = all.reduce((sum, each) => sum + each.keywords.length, 0)
  if (count + added - dropped > allKeywords)
    throw new DomainError(
      'invalid',
      `Validation failed: all your filters together have at most ${allKeywords} keywords`,
    )
}

/** One status more that a filter matches, whatever it says. @throws DomainError `not_found`, `invalid` */
export async function addFilterStatus(
  ctx: Context,
  account: Actor,
  filterId: string,
  statusId: string,
): Promise<store.FilterStatus> {
  await getVisibleStatus(ctx, statusId, account.id)
  return transact(ctx, async (tx) => {
    const filter = await findOwn(tx, account, ({ id }) => id === filterId)
    if (filter.statuses.length >= filterLimits.statuses)
      throw new DomainError('invalid', 'Validation failed: there are too many statuses')
    tellApps(tx, account)
    await store.insertFilterStatus(tx.db, { id: tx.newId(), filterId, statusId })
    const { statuses } = await findOwn(tx, account, ({ id }) => id === filterId)
    return statuses.find((each) => each.statusId === statusId)!
  })
}

/** @throws DomainError `not_found` unless it is in a filter of the account */
export async function dropFilterStatus(ctx: Context, account: Actor, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    await findOwn(tx, account, ({ statuses }) => statuses.some((each) => each.id === id))
    await store.deleteFilterStatus(tx.db, id)
    tellApps(tx, account)
  })
}
