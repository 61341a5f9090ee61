import { z } from 'zod'
import type { Context } from '../../context.ts'
import {
  changeFilter,
  createFilter,
  dropFilter,
  filterActions,
  findOwn,
  type FilterChanges,
  type KeywordChange,
} from '../../domain/filters/keep-filter.ts'
import type { Actor } from '../../store/actors.ts'
import { listFilters } from '../../store/filters.ts'
import { flag, id, read, text } from '../input.ts'
import type { Call } from '../route.ts'
import { presentFilter, presentKeyword } from './present-filter.ts'
import { contexts, readExpiry } from './read-filter.ts'

type Input = Readonly<Record<string, unknown>>

const keywordShape = { id, keyword: text(500), whole_word: flag, _destroy: flag }

/** https://docs.joinmastodon.org/methods/filters/ */
export async function showFilters(ctx: Context, { viewer }: Call<Actor>) {
  return (await listFilters(ctx.db, viewer.id)).map(presentFilter)
}

export async function showFilter(ctx: Context, { viewer, params }: Call<Actor>) {
  return presentFilter(await findOwn(ctx, viewer, (filter) => filter.id === params['id']))
}

export async function makeFilter(ctx: Context, { viewer, input }: Call<Actor>) {
  return presentFilter(await createFilter(ctx, viewer, readChanges(ctx, input)))
}

export async function editFilter(ctx: Context, { viewer, params, input }: Call<Actor>) {
  return presentFilter(await changeFilter(ctx, viewer, params['id'] ?? '', readChanges(ctx, input)))
}

export async function removeFilter(ctx: Context, { viewer, params }: Call<Actor>) {
  await dropFilter(ctx, viewer, params['id'] ?? '')
  return {}
}

export async function showKeywords(ctx: Context, { viewer, params }: Call<Actor>) {
  const filter = await findOwn(ctx, viewer, ({ id: own }) => own === params['filter_id'])
  return filter.keywords.map(presentKeyword)
}

export async function addKeyword(ctx: Context, { viewer, params, input }: Call<Actor>) {
  const { keyword, whole_word: wholeWord } = read(input, keywordShape)
  const filter = await changeFilter(ctx, viewer, params['filter_id'] ?? '', {
    keywords: [{ keyword, wholeWord }],
  })
  return presentKeyword(filter.keywords.at(-1)!)
}

export async function showKeyword(ctx: Context, { viewer, params }: Call<Actor>) {
  const filter = await findWithKeyword(ctx, viewer, params['id'])
  return presentKeyword(filter.keywords.find((each) => each.id === params['id'])!)
}

export async function editKeyword(ctx: Context, { viewer, params, input }: Call<Actor>) {
  const { keyword, whole_word: wholeWord } = read(input, keywordShape)
  const { id: filterId } = await findWithKeyword(ctx, viewer, params['id'])
  const keywords = [{ id: params['id'], keyword, wholeWord }]
  const filter = await changeFilter(ctx, viewer, filterId, { keywords })
  return presentKeyword(filter.keywords.find((each) => each.id === params['id'])!)
}

export async function removeKeyword(ctx: Context, { viewer, params }: Call<Actor>) {
  const { id: filterId } = await findWithKeyword(ctx, viewer, params['id'])
  await changeFilter(ctx, viewer, filterId, { keywords: [{ id: params['id'], isDropped: true }] })
  return {}
}

async function findWithKeyword(ctx: Context, viewer: Actor, keywordId: string | undefined) {
  return findOwn(ctx, viewer, ({ keywords }) => keywords.some((each) => each.id === keywordId))
}

function readChanges({ now }: Pick<Context, 'now'>, input: Input): FilterChanges {
  const given = read(input, { title: text(255), context: contexts, filter_action: text(10) })
  const { filter_action: action } = read(input, {
    filter_action: z.preprocess(() => given.filter_action, z.enum(filterActions, 'is none').optional()),
  })
  return {
    ...{ title: given.title, contexts: given.context, action, expiresAt: readExpiry(now(), input) },
    keywords: readKeywords(input['keywords_attributes']),
  }
}

function readKeywords(value: unknown): KeywordChange[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value)
    .slice(0, 100)
    .flatMap((each) => {
      if (typeof each !== 'object' || each === null) return []
      const given = read(each, keywordShape)
      return { id: given.id, keyword: given.keyword, wholeWord: given.whole_word, isDropped: given._destroy }
    })
}
