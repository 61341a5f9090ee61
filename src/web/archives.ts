import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Context } from '../context.ts'
import { archiveName } from '../domain/exports/archive-key.ts'
import {
  findOpened,
  getOwnArchive,
  isLinkOpen,
  openLink,
  takeOwnArchive,
  type ReadyArchive,
} from '../domain/exports/archive-links.ts'
import { DomainError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { sendStored } from '../lib/send-stored.ts'
import { forThisBrowser, goTo, sendPage } from './forms.ts'
import { markup, type Html } from './html.ts'
import { formPage, submitButton } from './parts/form-page.ts'
import { requireMember, requireRecentProof } from './settings/page.ts'
import { readCookie, setCookie } from './sign-in/cookies.ts'
import { formToken, requireOwnForm } from './sign-in/form-guard.ts'

const form = express.urlencoded({ extended: false, limit: '4kb', parameterLimit: 10 })

/**
 * How archives are fetched: by the link of a mail, which opens for the first browser that says so (a look at it, as
 * programs take that check mail, uses nothing up), and from the settings. A download that was broken off may be gone on
 * with by ranges.
 */
export function archiveRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  router.get('/archives/:token', showLink(ctx))
  router.post('/archives/:token', form, takeLink(ctx))
  router.get('/archives/:token/:file', sendOpened(ctx))
  router.get('/settings/export/archives/:id', sendOwn(ctx))
  return router
}

function showLink(ctx: Context): RequestHandler<{ token: string }> {
  return async (request, response) => {
    const { token } = request.params
    const isOpen = isToken(token) && (await isLinkOpen(ctx, token))
    const opened = isOpen ? undefined : await findForBrowser(ctx, request, token)
    const next = isOpen
      ? openForm(formToken(ctx, request as Request, response), token)
      : markup`<p class="actions"><a class="button primary" href="/archives/${token}/${archiveName(opened!)}">Download</a></p>`
    const lead =
      'It holds your posts of every kind, direct messages among them. Keep it where nobody else reads.'
    const html = formPage({ title: 'Your archive', siteName: ctx.config.handleDomain, lead }, next)
    sendPage(response, html)
  }
}

function openForm(hidden: Html, token: string): Html {
  return markup`<form class="panel form" method="post" action="/archives/${token}">
${hidden}
<p>The link works once, in this browser.</p>
${submitButton('Download')}
</form>`
}

function takeLink(ctx: Context): RequestHandler<{ token: string }> {
  return async (request, response) => {
    requireOwnForm(ctx, request as Request)
    const { token } = request.params
    if (!isToken(token)) throw notFound()
    const browser = await openLink(ctx, token, request.ip)
    const archive = await findOpened(ctx, token, browser)
    setCookie(ctx.config, response, 'archive', browser)
    goTo(response, `/archives/${token}/${archiveName(archive)}`)
  }
}

function sendOpened(ctx: Context): RequestHandler<{ token: string; file: string }> {
  return async (request, response) => {
    await send(ctx, await findForBrowser(ctx, request, request.params.token), request as Request, response)
  }
}

async function findForBrowser(
  ctx: Context,
  request: Request<{ token: string }>,
  token: string,
): Promise<ReadyArchive> {
  const browser = readCookie(ctx.config, request as Request, 'archive')
  if (browser === undefined || !isToken(token)) throw notFound()
  return findOpened(ctx, token, browser)
}

function sendOwn(ctx: Context): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const visitor = await requireMember(ctx, request as Request, response, '/settings/export')
    if (visitor === undefined || !requireRecentProof(ctx, visitor, response, '/settings/export')) return
    const { id } = request.params
    if (!isId(id)) throw notFound()
    const goesOn = request.headers.range !== undefined && !request.headers.range.startsWith('bytes=0-')
    const archive = goesOn
      ? await getOwnArchive(ctx, visitor.actor.id, id)
      : await takeOwnArchive(ctx, visitor.actor.id, id, request.ip)
    await send(ctx, archive, request as Request, response)
  }
}

async function send(
  ctx: Context,
  archive: ReadyArchive,
  request: Request,
  response: Response,
): Promise<void> {
  const headers = {
    'Cache-Control': forThisBrowser,
    'Content-Type': 'application/zip',
    'Content-Disposition': `attachment; filename="${archiveName(archive)}"`,
  }
  const file = { key: archive.key, etag: `"${archive.key.slice(0, 32)}"`, headers }
  if (!(await sendStored(ctx, request, response, file))) throw notFound()
}

function isToken(token: string): boolean {
  return /^[\w-]{43}$/.test(token)
}

function notFound(): DomainError {
  return new DomainError(
    'not_found',
    'This link was used already, or its time is over: sign in, and find the archive in your settings.',
  )
}
