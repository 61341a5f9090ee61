import type { Request } from 'express'
import { isOpen } from '../../domain/policy/visibility.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { DomainError } from '../../lib/errors.ts'
import { htmlToText } from '../../lib/html-to-text.ts'
import { isId } from '../../lib/ids.ts'
import type { Actor } from '../../store/actors.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { excerpt } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { openGraph, page, type PageHead } from '../layout.ts'
import { nameOf } from '../parts/avatar.ts'
import { postCard } from '../parts/post-card.ts'
import { previewPost } from '../parts/previews.ts'
import { viewShown, type Reader } from '../posts.ts'
import type { Redirect } from '../redirect.ts'
import { linkToAnswered } from './answered.ts'
import { getPerson } from './profile.ts'

/**
 * One post.
 * @throws DomainError `gone` when its author took it back; `not_found`, in the same words whether it never was or is
 *   not for everybody
 */
export async function postPage(ctx: Reader, request: Request): Promise<Html | Redirect> {
  const [name, id] = [String(request.params['name']), String(request.params['id'])]
  const author = await getPerson(ctx, name)
  const status = await getPost(ctx, author, id)
  if (author.username !== name) return { location: `/@${author.username}/${id}` }
  const [view] = await viewShown(ctx, [status])
  if (view === undefined) throw noSuchPost()
  return showPost(ctx, view, await linkToAnswered(ctx, view))
}

async function getPost(ctx: Reader, author: Actor, id: string): Promise<Status> {
  const status = isId(id) ? await findStatus(ctx.db, id) : undefined
  if (status?.actorId !== author.id) throw noSuchPost()
  if (status.deletedAt !== null && isOpen(status)) {
    throw new DomainError('gone', 'There was a post here, and its author took it back.')
  }
  return getVisibleStatus(ctx, id, undefined)
}

function noSuchPost(): DomainError {
  return new DomainError('not_found', 'There is no such post.')
}

function showPost(ctx: Reader, view: StatusView, answered: Html | undefined): Html {
  const name = nameOf(view.author)
  return page(
    describePost(ctx, view),
    markup`<h1 class="unseen">A post by ${name}</h1>
<div class="single">
${postCard(ctx, view, answered)}
</div>
<p class="onward"><a href="/@${view.author.username}">More from ${name}</a></p>`,
  )
}

/** What describes a picture stands for it where nothing is said beside it. */
function textOf({ status, contentHtml }: StatusView): string {
  const { summary, source, sensitive, attachments } = status
  const told = summary || (source ?? htmlToText(contentHtml))
  return told || sensitive ? told : (attachments.find(({ description }) => description)?.description ?? '')
}

/** Where a post is not shown in full, its warning, if it has one, stands for the text. */
function describePost(ctx: Reader, view: StatusView): PageHead {
  const siteName = ctx.config.handleDomain
  const { status, author, uri, url, boostOf } = view
  const told = textOf(boostOf ?? view)
  const description = excerpt(told, 200)
  const properties = openGraph({
    'og:type': 'article',
    'og:site_name': siteName,
    'og:title': nameOf(author),
    'og:description': description,
    'og:url': url,
    'article:published_time': status.createdAt.toISOString(),
    ...(status.editedAt && { 'article:modified_time': status.editedAt.toISOString() }),
  })
  return {
    title: told === '' ? nameOf(author) : `${nameOf(author)}: ${excerpt(told, 60)}`,
    siteName,
    description,
    canonical: url,
    activity: uri,
    searchable: author.indexable && status.visibility === 'public',
    more: [...properties, ...previewPost(ctx, view)],
  }
}
