import express, { type RequestHandler, type Router } from 'express'
import type { Config } from '../config.ts'
import type { Context } from '../context.ts'
import {
  actorUri,
  actorUrl,
  handleOf,
  instanceUsername,
  localUsername,
} from '../domain/accounts/addresses.ts'
import { findAccount, type Actor } from '../store/actors.ts'
import { describeNode } from './dispatchers/node-info.ts'
import { refuse } from './inbox/refusal.ts'
import { activityType, sendDocument } from './send-document.ts'
import { sendRefusal } from './send-refusal.ts'

/** How others find out about this place and its people: always open, and the same for everybody. */
export function discoveryRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.use(['/.well-known', '/nodeinfo'], openToPages)
  router.get('/.well-known/webfinger', sendFinger(ctx))
  router.get('/.well-known/host-meta', sendHostMeta(ctx))
  router.get('/.well-known/nodeinfo', sendNodeInfoIndex(ctx))
  router.get('/nodeinfo/2.0', sendNodeInfo20(ctx))
  return router
}

/** Apps that run in browsers ask here before anything else. */
const openToPages: RequestHandler = (_request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*')
  next()
}

const jrd = { type: 'application/jrd+json' }

/**
 * https://www.rfc-editor.org/rfc/rfc7033, with the `self` link of
 * https://www.w3.org/community/reports/socialcg/CG-FINAL-apwf-20240608/
 * However somebody is asked for, the subject is their handle in its one spelling: others take it as the name.
 */
function sendFinger(ctx: Context): RequestHandler {
  return async (request, response) => {
    const { resource } = request.query
    if (typeof resource !== 'string' || !URL.canParse(resource))
      return sendRefusal(response, refuse(400, 'WebFinger needs one resource, such as acct:name@domain.'))
    const name = findName(ctx.config, resource)
    const account = name === undefined ? undefined : await findAccount(ctx.db, name)
    if (account === undefined) return sendRefusal(response, refuse(404, 'There is nobody of that name.'))
    sendDocument(response, writeFinger(ctx.config, account), jrd)
  }
}

/** The local name that a handle or an address is about. The instance itself is named after its domain. */
function findName(config: Config, resource: string): string | undefined {
  const [, name, domain] = /^acct:([^@]+)@([^@]+)$/i.exec(resource) ?? []
  const own = [config.handleDomain, new URL(config.origin).host]
  if (name === undefined || domain === undefined)
    return localUsername(config, resource.replace(`${config.origin}/@`, `${config.origin}/users/`))
  if (!own.includes(domain.toLowerCase())) return undefined
  return own.includes(name.toLowerCase()) ? instanceUsername : usernameIn(name)
}

function usernameIn(name: string): string | undefined {
  return /^[a-z0-9_]{1,30}$/i.test(name) ? name : undefined
}

function writeFinger(config: Config, account: Actor): object {
  const page = actorUrl(config, account)
  const id = actorUri(config, account)
  return {
    subject: `acct:${handleOf(config, account)}`,
    aliases: [...new Set([page, id])],
    links: [
      { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: page },
      { rel: 'self', type: activityType, href: id },
    ],
  }
}

/** https://www.rfc-editor.org/rfc/rfc6415: how some servers find WebFinger. */
function sendHostMeta({ config }: Context): RequestHandler {
  return (_request, response) => {
    const template = `${config.origin}/.well-known/webfinger?resource={uri}`
    response.set('Cache-Control', 'public, max-age=86400').type('application/xrd+xml')
      .send(`<?xml version="1.0" encoding="UTF-8"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
  <Link rel="lrdd" template="${template}"/>
</XRD>
`)
  }
}

const nodeInfoSchema = 'http://nodeinfo.diaspora.software/ns/schema/'

/** https://nodeinfo.diaspora.software/protocol.html: readers that know 2.0 only take the first that they know. */
function sendNodeInfoIndex({ config }: Context): RequestHandler {
  const links = ['2.0', '2.1'].map((version) => ({
    rel: nodeInfoSchema + version,
    href: `${config.origin}/nodeinfo/${version}`,
  }))
  return (_request, response) => sendDocument(response, { links }, jrd)
}

/** https://nodeinfo.diaspora.software/docson/index.html#/ns/schema/2.0: the same without what 2.1 added. */
function sendNodeInfo20(ctx: Context): RequestHandler {
  const type = `application/json; profile="${nodeInfoSchema}2.0#"`
  return async (_request, response) => {
    sendDocument(response, { version: '2.0', ...(await describeNode(ctx)) }, { type })
  }
}
