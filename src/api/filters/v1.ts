import type { Context } from '../../context.ts'
import { changeFilter, createFilter, dropFilter, findOwn } from '../../domain/filters/keep-filter.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { listFilters, type Filter, type FilterKeyword } from '../../store/filters.ts'
import { flag, read, text } from '../input.ts'
import type { Call } from '../route.ts'
import { presentV1 } from './present-filter.ts'
import { contexts, readExpiry } from './read-filter.ts'

/** https://docs.joinmastodon.org/methods/filters/#get-v1: a keyword with what its filter says. */
export async function showV1Filters(ctx: Context, { viewer }: Call<Actor>) {
  const filters = await listFilters(ctx.db, viewer.id)
  return filters.flatMap((filter) => filter.keywords.map((keyword) => presentV1(filter, keyword)))
}

export async function showV1Filter(ctx: Context, call: Call<Actor>) {
  const { filter, keyword } = await findNamed(ctx, call)
  return presentV1(filter, keyword)
}

/** A filter with one keyword, of which it has its name. https://docs.joinmastodon.org/methods/filters/#create-v1 */
export async function makeV1Filter(ctx: Context, { viewer, input }: Call<Actor>) {
  const { phrase, contexts: where, isWhole, hides, expiresAt } = readV1(ctx, input)
  if (phrase === undefined) throw new DomainError('invalid', "Validation failed: Phrase can't be blank")
  const filter = await createFilter(ctx, viewer, {
    ...{ title: phrase.slice(0, 255), contexts: where, expiresAt },
    action: hides === true ? 'hide' : 'warn',
    keywords: [{ keyword: phrase, wholeWord: isWhole ?? true }],
  })
  return presentV1(filter, filter.keywords[0]!)
}

/**
 * What a keyword shares with others cannot be changed for it alone, as in Mastodon.
 * https://docs.joinmastodon.org/methods/filters/#update-v1
 */
export async function editV1Filter(ctx: Context, call: Call<Actor>) {
  const { filter, keyword } = await findNamed(ctx, call)
  const { phrase, contexts: where, isWhole, hides, expiresAt } = readV1(ctx, call.input)
  const action = hides === undefined ? undefined : hides ? 'hide' : softened(filter)
  if (filter.keywords.length > 1 && isOther(filter, { where, action, expiresAt }))
    throw new DomainError(
      'invalid',
      'Validation failed: the filter has other keywords, which this app cannot see',
    )
  const changed = await changeFilter(ctx, call.viewer, filter.id, {
    ...{ contexts: where, expiresAt, action },
    ...(phrase !== undefined && filter.keywords.length === 1 && { title: phrase.slice(0, 255) }),
    keywords: [{ id: keyword.id, keyword: phrase, wholeWord: isWhole }],
  })
  return presentV1(
    changed,
    changed.keywords.find(({ id }) => id === keyword.id)!,
  )
}

/** With the last keyword goes the filter. https://docs.joinmastodon.org/methods/filters/#delete-v1 */
export async function removeV1Filter(ctx: Context, call: Call<Actor>) {
  const { filter, keyword } = await findNamed(ctx, call)
  const isLast = filter.keywords.length === 1 && filter.statuses.length === 0
  if (isLast) await dropFilter(ctx, call.viewer, filter.id)
  else await changeFilter(ctx, call.viewer, filter.id, { keywords: [{ id: keyword.id, isDropped: true }] })
  return {}
}

async function findNamed(
  ctx: Context,
  { viewer, params }: Call<Actor>,
): Promise<{ filter: Filter; keyword: FilterKeyword }> {
  const isIt = ({ id }: FilterKeyword) => id === params['id']
  const filter = await findOwn(ctx, viewer, ({ keywords }) => keywords.some(isIt))
  return { filter, keyword: filter.keywords.find(isIt)! }
}

function readV1({ now }: Pick<Context, 'now'>, input: Readonly<Record<string, unknown>>) {
  const given = read(input, { phrase: text(500), context: contexts, whole_word: flag, irreversible: flag })
  const { phrase, context, whole_word: isWhole, irreversible: hides } = given
  return { phrase, contexts: context, isWhole, hides, expiresAt: readExpiry(now(), input) }
}

/** An app that knows only two actions does not take away the third. */
function softened({ action }: Filter): string {
  return action === 'hide' ? 'warn' : action
}

function isOther(
  filter: Filter,
  {
    where,
    action,
    expiresAt,
  }: { where: string[]; action: string | undefined; expiresAt: Date | null | undefined },
): boolean {
  const isElsewhere =
    where.length > 0 &&
    (where.length !== filter.contexts.length || !where.every((each) => filter.contexts.includes(each)))
  const isOtherwise = action !== undefined && action !== filter.action
  const endsOtherwise = expiresAt !== undefined && expiresAt?.getTime() !== filter.expiresAt?.getTime()
  return isElsewhere || isOtherwise || endsOtherwise
}
