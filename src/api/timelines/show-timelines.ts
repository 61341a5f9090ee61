import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { readHome, readList } from '../../store/home-timeline.ts'
import { getList } from '../../domain/lists/keep-list.ts'
import { findPreviewId } from '../../store/link-previews.ts'
import { listDirectStatuses, listLinkingStatuses } from '../../store/other-timelines.ts'
import { listPublicStatuses, listTaggedStatuses, type PublicFilter } from '../../store/timelines.ts'
import type { Status } from '../../store/statuses.ts'
import { normalizeTag } from '../../domain/statuses/parse-text.ts'
import { readLink } from '../../domain/links/find-link.ts'
import { loadAndPresentStatuses } from '../entities/status.ts'
import { recordNotFound } from '../errors.ts'
import { flag, read, text, texts } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'

const size = { usual: 20, max: 40 }
/** Tags that a timeline is asked for at once, of each kind. */
const mostTags = 20

/** https://docs.joinmastodon.org/methods/timelines/#home */
export async function showHome(ctx: Context, call: Call<Actor>) {
  const { statuses, end } = await readHome(ctx.db, call.viewer.id, readRange(call.input, size))
  return answerWith(ctx, call, statuses, end)
}

/** https://docs.joinmastodon.org/methods/timelines/#public */
export async function showPublic(ctx: Context, call: Call) {
  const range = readRange(call.input, size)
  return answerWith(
    ctx,
    call,
    await listPublicStatuses(ctx.db, call.viewer?.id, range, readFilter(call.input)),
  )
}

/** https://docs.joinmastodon.org/methods/timelines/#tag */
export async function showTag(ctx: Context, call: Call) {
  const tags = texts(mostTags, 1000)
  const { any, all, none } = read(call.input, { any: tags, all: tags, none: tags })
  const filter = {
    ...readFilter(call.input),
    any: [call.params['hashtag'] ?? '', ...any].map(normalizeTag),
    all: all.map(normalizeTag),
    none: none.map(normalizeTag),
  }
  const range = readRange(call.input, size)
  return answerWith(ctx, call, await listTaggedStatuses(ctx.db, call.viewer?.id, range, filter))
}

/** https://docs.joinmastodon.org/methods/timelines/#list */
export async function showList(ctx: Context, call: Call<Actor>) {
  const list = await getList(ctx, call.viewer, call.params['list_id'] ?? '')
  const { statuses, end } = await readList(ctx.db, list, readRange(call.input, size))
  return answerWith(ctx, call, statuses, end)
}

/** https://docs.joinmastodon.org/methods/timelines/#link: of those who want to be found. */
export async function showLink(ctx: Context, call: Call) {
  const { url } = read(call.input, { url: text(2000) })
  const link = readLink(ctx.config, url ?? '')
  const id = link === null ? undefined : await findPreviewId(ctx.db, link)
  if (id === undefined) throw recordNotFound()
  const range = readRange(call.input, size)
  return answerWith(ctx, call, await listLinkingStatuses(ctx.db, call.viewer?.id, range, id))
}

/** Older apps ask for this in place of conversations. */
export async function showDirect(ctx: Context, call: Call<Actor>) {
  const range = readRange(call.input, size)
  return answerWith(ctx, call, await listDirectStatuses(ctx.db, call.viewer.id, range))
}

function readFilter(input: Readonly<Record<string, unknown>>): PublicFilter {
  const { local, remote, only_media } = read(input, { local: flag, remote: flag, only_media: flag })
  const origin = local === true ? 'local' : remote === true ? 'remote' : undefined
  return { origin, onlyMedia: only_media }
}

/** @param end how far was looked, where there may be more beyond */
async function answerWith(ctx: Context, call: Call, statuses: readonly Status[], end: string | null = null) {
  const body = await loadAndPresentStatuses(ctx, call.viewer, statuses)
  return page(
    ctx.config,
    call,
    body,
    statuses.map(({ id }) => id),
    end,
  )
}
