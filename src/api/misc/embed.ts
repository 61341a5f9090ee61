import type { Context } from '../../context.ts'
import { handleOf, idOfStatusPage, localStatusId } from '../../domain/accounts/addresses.ts'
import { proxiedUrl } from '../../domain/media/proxied-url.ts'
import { isBoost, isOpen } from '../../domain/policy/visibility.ts'
import { escapeHtml } from '../../domain/statuses/render-post.ts'
import { viewStatuses, type StatusView } from '../../domain/statuses/view.ts'
import { findPost } from '../../store/statuses.ts'
import { recordNotFound } from '../errors.ts'
import { limit, read, text } from '../input.ts'
import type { Call } from '../route.ts'

/** https://oembed.com, for posts of ours that anybody may read: their text, as nothing that runs. */
export async function showEmbed(ctx: Context, { input }: Call) {
  const { url, maxwidth } = read(input, { url: text(2000), maxwidth: limit(400, 1000) })
  const view = await findOpenPost(ctx, url ?? '')
  const author = view.author.displayName || view.author.username
  return {
    type: 'rich',
    version: '1.0',
    title: `New status by ${author}`,
    author_name: author,
    author_url: view.url.replace(/\/[^/]*$/, ''),
    provider_name: ctx.config.handleDomain,
    provider_url: `${ctx.config.origin}/`,
    cache_age: 86_400,
    html: quote(ctx, view),
    width: maxwidth,
    height: null,
    ...thumbnail(ctx, view),
  }
}

async function findOpenPost(ctx: Context, url: string): Promise<StatusView> {
  const id = postId(ctx, url)
  const status = id === undefined ? undefined : await findPost(ctx.db, id)
  if (status === undefined || status.deletedAt !== null || !isOpen(status) || isBoost(status))
    throw recordNotFound()
  const [view] = await viewStatuses(ctx, [status])
  if (view === undefined || view.author.hidden) throw recordNotFound()
  return view
}

/** The first picture of what it carries with its size, both or neither, unless not everybody wants to see it. */
function thumbnail(ctx: Context, { status }: StatusView): Record<string, unknown> {
  const { attachments, sensitive } = status
  const [first] = sensitive ? [] : attachments
  const isPicture = first?.mediaType.startsWith('image/') === true
  const url = isPicture ? first.url : first?.previewUrl
  const { width = null, height = null } = first ?? {}
  if (url === undefined || width === null || height === null) return {}
  return { thumbnail_url: proxiedUrl(ctx, url), thumbnail_width: width, thumbnail_height: height }
}

/** By the address of its page, or the one by which servers know it. */
function postId({ config }: Context, url: string): string | undefined {
  return idOfStatusPage(config, url) ?? localStatusId(config, url)
}

function quote({ config }: Context, view: StatusView): string {
  const url = escapeHtml(view.url)
  const warning = view.status.summary ?? ''
  const body = warning === '' ? view.contentHtml : `<p>${escapeHtml(warning)}</p>`
  const by = escapeHtml(`@${handleOf(config, view.author)}`)
  return `<blockquote cite="${url}">${body}<footer><a href="${url}">${by}</a></footer></blockquote>`
}
