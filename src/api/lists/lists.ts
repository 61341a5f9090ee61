import { z } from 'zod'
import type { Context } from '../../context.ts'
import {
  changeList,
  createList,
  dropList,
  getList,
  listLimits,
  repliesPolicies,
} from '../../domain/lists/keep-list.ts'
import { addToList, takeFromList } from '../../domain/lists/list-members.ts'
import { listActorsOn } from '../../store/actor-lists.ts'
import type { Actor } from '../../store/actors.ts'
import { listLists, listListsWith, type List } from '../../store/lists.ts'
import { answerAccountList, presentInOrder } from '../accounts/account-page.ts'
import { getNamedAccount } from '../accounts/named-account.ts'
import { flag, idsUpTo, read, textOrEmpty } from '../input.ts'
import type { Call } from '../route.ts'

const shape = {
  title: textOrEmpty(2000),
  replies_policy: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.enum(repliesPolicies).optional(),
  ),
  exclusive: flag,
}

/** https://docs.joinmastodon.org/entities/List/ */
function presentList({ id, title, repliesPolicy, exclusive }: List) {
  return { id, title, replies_policy: repliesPolicy, exclusive }
}

/** https://docs.joinmastodon.org/methods/lists/ */
export async function showLists(ctx: Context, { viewer }: Call<Actor>) {
  return (await listLists(ctx.db, viewer.id)).map(presentList)
}

export async function showList(ctx: Context, { viewer, params }: Call<Actor>) {
  return presentList(await getList(ctx, viewer, params['id'] ?? ''))
}

export async function addList(ctx: Context, { viewer, input }: Call<Actor>) {
  return presentList(await createList(ctx, viewer, readChanges(input)))
}

export async function editList(ctx: Context, { viewer, params, input }: Call<Actor>) {
  return presentList(await changeList(ctx, viewer, params['id'] ?? '', readChanges(input)))
}

export async function removeList(ctx: Context, { viewer, params }: Call<Actor>) {
  await dropList(ctx, viewer, params['id'] ?? '')
  return {}
}

function readChanges(input: Call['input']) {
  const { title, replies_policy: repliesPolicy, exclusive } = read(input, shape)
  return { title, repliesPolicy, exclusive }
}

/** One more than there is room for, so that nobody is left out without a word. */
const members = { account_ids: idsUpTo(listLimits.members + 1) }

/** All of them for `limit=0`, as apps ask that show who is on it. */
export async function showListMembers(ctx: Context, call: Call<Actor>) {
  const { id } = await getList(ctx, call.viewer, call.params['id'] ?? '')
  if (String(call.input['limit']) !== '0') return answerAccountList(ctx, call, 'members', { ownerId: id })
  const range = { limit: listLimits.members }
  const found = await listActorsOn(ctx.db, 'members', { ownerId: id, now: ctx.now(), range })
  return presentInOrder(
    ctx,
    found.map(({ actorId }) => actorId),
  )
}

export async function addListMembers(ctx: Context, { viewer, params, input }: Call<Actor>) {
  await addToList(ctx, viewer, params['id'] ?? '', read(input, members).account_ids)
  return {}
}

export async function removeListMembers(ctx: Context, { viewer, params, input }: Call<Actor>) {
  await takeFromList(ctx, viewer, params['id'] ?? '', read(input, members).account_ids)
  return {}
}

/** https://docs.joinmastodon.org/methods/accounts/#lists */
export async function showListsWith(ctx: Context, call: Call<Actor>) {
  const { id } = await getNamedAccount(ctx, call)
  return (await listListsWith(ctx.db, call.viewer.id, id)).map(presentList)
}
