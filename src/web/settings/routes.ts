import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { MulterError } from 'multer'
import type { Context } from '../../context.ts'
import type { SignedIn } from '../../domain/auth/sessions.ts'
import { DomainError } from '../../lib/errors.ts'
import { listFiles, readMultipart } from '../../lib/multipart.ts'
import { goTo, readSent, refuseForm, sendPage } from '../forms.ts'
import { formToken, requireOwnForm } from '../sign-in/form-guard.ts'
import { showOverview, showSettings } from './frame.ts'
import { requireMember, requireRecentProof, type Fields, type Member } from './page.ts'
import type { SettingsAction, SettingsPage } from './page.ts'
import { settingsGroups, settingsPages, type Group } from './pages.ts'
import { createProofLimits, showProof, takeProof } from './prove.ts'
import { yourPlace } from './your-place.ts'

const form = express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 100 })

/** What members change about their accounts in a browser: a page a line in `pages.ts`. */
export function settingsRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  router.get('/auth/prove', showProof(ctx))
  router.post('/auth/prove', form, takeProof(ctx, createProofLimits()))
  router.get('/settings', overview(ctx))
  for (const each of settingsPages) {
    router.get(each.path, show(ctx, each))
    for (const [name, action] of Object.entries(each.actions ?? {}))
      router.post(`${each.path}/${name}`, admit(ctx, each), readForm(action), take(ctx, each, action))
  }
  return router
}

function overview(ctx: Context): RequestHandler {
  return async (request, response) => {
    const visitor = await requireMember(ctx, request, response, '/settings')
    if (visitor === undefined) return
    const place = await yourPlace(ctx, visitor.actor)
    const groups = await Promise.all(settingsGroups.map((group) => listFor(ctx, visitor, group)))
    const html = showOverview(ctx, meet(ctx, request, response, visitor), groups, place)
    sendPage(response, html)
  }
}

/** A group without what does not concern this member. */
async function listFor(ctx: Context, visitor: SignedIn, { heading, entries }: Group): Promise<Group> {
  const listed = await Promise.all(
    entries.map(async (entry) =>
      'isListed' in entry && !(await entry.isListed?.(ctx, visitor)) ? [] : [entry],
    ),
  )
  return { heading, entries: listed.flat() }
}

function show(ctx: Context, page: SettingsPage): RequestHandler {
  return async (request, response) => {
    const visitor = await requireMember(ctx, request, response, page.path)
    if (visitor === undefined) return
    if (page.needsProof === true && !requireRecentProof(ctx, visitor, response, page.path)) return
    const done = String(request.query['done'] ?? '')
    const note = Object.hasOwn(page.notes ?? {}, done) ? page.notes?.[done] : undefined
    await send(ctx, page, meet(ctx, request, response, visitor), { note })
  }
}

/** Members alone send files here, from pages of ours. */
function admit(ctx: Context, page: SettingsPage): RequestHandler {
  return async (request, response, next) => {
    if (request.headers.origin !== ctx.config.origin)
      throw new DomainError('forbidden', `This form did not come from ${ctx.config.origin}.`)
    const visitor = await requireMember(ctx, request, response, page.path)
    if (visitor === undefined) return
    response.locals['visitor'] = visitor
    next()
  }
}

function readForm({ maxFileBytes }: SettingsAction): RequestHandler {
  if (maxFileBytes === undefined) return form
  const read = readMultipart({ fields: 100, fieldBytes: 64 * 1024, fileBytes: maxFileBytes }, () => true)
  return (request, response, next) =>
    read(request, response, (error?: unknown) => {
      if (error instanceof MulterError)
        next(new DomainError('invalid', `That file cannot be taken: ${error.message}.`))
      else next(error)
    })
}

function take(ctx: Context, page: SettingsPage, action: SettingsAction): RequestHandler {
  return async (request, response) => {
    requireOwnForm(ctx, request)
    const visitor = response.locals['visitor'] as SignedIn
    const needsProof = page.needsProof === true || action.needsProof === true
    if (needsProof && !requireRecentProof(ctx, visitor, response, page.path)) return
    const fields = readFields(request)
    const member = meet(ctx, request, response, visitor, fields)
    try {
      const outcome = (await action.take(ctx, member, fields)) ?? {}
      if (response.headersSent) return
      const query = outcome.note === undefined ? '' : `?done=${encodeURIComponent(outcome.note)}`
      goTo(response, outcome.next ?? `${page.path}${query}`)
    } catch (error) {
      await send(ctx, page, member, { problem: refuseForm(response, error).message })
    }
  }
}

async function send(
  ctx: Context,
  page: SettingsPage,
  member: Member,
  said: { note?: string | undefined; problem?: string | undefined },
): Promise<void> {
  const shown = await page.show(ctx, member)
  const html = showSettings(ctx, page, 'body' in shown ? shown : { body: shown, refreshSeconds: 0 }, said)
  sendPage(member.response, html)
}

function meet(ctx: Context, request: Request, response: Response, visitor: SignedIn, typed?: Fields): Member {
  return { ...visitor, request, response, token: formToken(ctx, request, response), typed }
}

function readFields(request: Request): Fields {
  const text = readSent(request)
  return {
    text,
    has: (name) => text(name) !== '',
    file: (name) => {
      const found = listFiles(request).find(({ fieldname, size }) => fieldname === name && size > 0)
      return found && { path: found.path, size: found.size, name: found.originalname }
    },
  }
}
