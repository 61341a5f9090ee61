import type { Request, Response } from 'express'
import type { Context } from '../../context.ts'
import { proofMs } from '../../domain/auth/prove.ts'
import type { SignedIn } from '../../domain/auth/sessions.ts'
import { goTo } from '../forms.ts'
import { markup, type Html, type Piece } from '../html.ts'
import { findVisitor, sendToSignIn } from '../sign-in/visitor.ts'

/**
 * A page of the settings. To add one: write a `SettingsPage` in a file beside this one, and put it into a group in
 * `pages.ts`: it is then in the overview, asks for sign-in by itself, and its forms are guarded.
 *
 *     export const movingPage: SettingsPage = {
 *       path: '/settings/moving',
 *       title: 'Move away',
 *       about: 'Take your followers to another server',
 *       needsProof: true,                                  // the password within the last 10 minutes
 *       notes: { started: 'Your followers are asked to follow you there.' },
 *       show: async (ctx, member) => markup`<form class="panel form" method="post" action="/settings/moving/start">
 *         ${member.token} ...</form>`,
 *       actions: { start: { take: async (ctx, member, fields) => { ...; return { note: 'started' } } } },
 *     }
 *
 * Each action answers POST at `<path>/<name>`. It returns where to go on; a DomainError that it throws is shown on the
 * page, with what was typed in `member.typed`.
 */
export type SettingsPage = {
  readonly path: `/settings/${string}`
  readonly title: string
  /** A few words below the title in the overview. */
  readonly about: string
  /** Whether the overview lists it for this member; it does for everybody unless this says otherwise. */
  isListed?(ctx: Context, member: SignedIn): Promise<boolean>
  /** Whether the password must have been given within the last 10 minutes, to see the page and to act. */
  readonly needsProof?: boolean
  /** What may be said after an action, by the names that actions return. */
  readonly notes?: Readonly<Record<string, string>>
  show(ctx: Context, member: Member): Promise<Html | Shown>
  readonly actions?: Readonly<Record<string, SettingsAction>>
}

/** A page that changes by itself: it is loaded again after so many seconds, without a script. */
export type Shown = { readonly body: Html; readonly refreshSeconds: number }

export type SettingsAction = {
  /** As of a page, for this action alone. */
  readonly needsProof?: boolean
  /** Files are taken up to this size each, and are removed when the request is answered. */
  readonly maxFileBytes?: number
  take(ctx: Context, member: Member, fields: Fields): Promise<Outcome>
}

/** @param next a path of ours; the page itself unless given */
export type Outcome = { readonly note?: string; readonly next?: string } | void

/** What was typed, by name: text, of which one that is missing is empty. */
export type Fields = {
  text(name: string): string
  /** Whether a box is checked. */
  has(name: string): boolean
  file(name: string): { readonly path: string; readonly size: number; readonly name: string } | undefined
}

/** Who sits at the browser, for the time of one request. */
export type Member = SignedIn & {
  readonly request: Request
  readonly response: Response
  /** The hidden field that every form must hold. */
  readonly token: Html
  /** After an action that failed: what was typed. */
  readonly typed: Fields | undefined
}

/** The member at this browser; whoever is not signed in is sent to sign in, and comes back. */
export async function requireMember(
  ctx: Context,
  request: Request,
  response: Response,
  next: string,
): Promise<SignedIn | undefined> {
  const visitor = await findVisitor(ctx, request)
  if (visitor === undefined) sendToSignIn(response, next)
  return visitor
}

/**
 * Whether the password was given within the last 10 minutes; if not, the browser is sent to give it, and comes back.
 * What a form held is lost then: pages that need it ask before they show the form.
 */
export function requireRecentProof(
  ctx: Pick<Context, 'now'>,
  { session }: Pick<SignedIn, 'session'>,
  response: Response,
  next: string,
): boolean {
  if (ctx.now().getTime() - session.provenAt.getTime() < proofMs) return true
  goTo(response, `/auth/prove?${new URLSearchParams({ next }).toString()}`)
  return false
}

/** How far something has come; of an unknown whole only that it goes on. */
export function progress(label: string, done: number, total: number | null): Html {
  const bar =
    total === null || total === 0
      ? markup`<progress></progress>`
      : markup`<progress max="${total}" value="${Math.min(done, total)}"></progress>`
  return markup`<p class="progress"><label>${label} ${bar}</label></p>`
}

/** A form of its own around what it sends. */
export function panelForm(member: Member, action: string, heading: Piece, body: Piece): Html {
  return markup`<form class="panel form" method="post" action="${action}">
${member.token}
${heading !== undefined && markup`<h2>${heading}</h2>\n`}${body}
</form>`
}
