import type { Request, Response } from 'express'
import type { Context } from '../context.ts'
import type { Actor } from '../store/actors.ts'
import type { Scope } from '../domain/auth/scopes.ts'
import type { Bucket } from './limits.ts'

/** What the client sent in place of a password. */
export type Token = {
  readonly id: string
  readonly appId: string | null
  /** Null for the token of an app that acts for nobody. */
  readonly accountId: string | null
  readonly scopes: readonly string[]
}

/**
 * One request, read and allowed. Parameters of the query and of the body are one object, since apps put them in
 * either, whatever the method.
 */
export type Call<Viewer = Actor | undefined> = {
  /** Named parts of the path. */
  readonly params: Readonly<Record<string, string>>
  readonly input: Readonly<Record<string, unknown>>
  readonly files: Readonly<Record<string, UploadedFile>>
  /** The member who asks. */
  readonly viewer: Viewer
  readonly token: Token | undefined
  readonly request: Request
  readonly response: Response
}

/** A file of a multipart body, on disk until the request is answered. */
export type UploadedFile = {
  readonly path: string
  readonly size: number
  readonly mediaType: string
  /** As its sender calls it. */
  readonly name?: string
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Described = {
  readonly method: Method | readonly Method[]
  /** As Express reads it: `/api/v1/statuses/:id`. A name that ends in `id` must be digits; anything else is a 404. */
  readonly path: string
  /** The names of the files that it takes out of a multipart body; without this it takes none. */
  readonly files?: readonly string[]
  /** What a call counts as beside being a request. */
  readonly counts?: Bucket
}

/** Returns the body of the answer, which becomes JSON; `answer()` says more. */
type Handle<Viewer> = (ctx: Context, call: Call<Viewer>) => Promise<unknown>

/**
 * A line of the table of routes. Who may call is part of it, and there is no default:
 * - `anybody`: a token that is given must hold, and have one of `scopes` where there are any;
 * - `app`: any token with one of the scopes;
 * - `member`: the token of a member who may act, with one of the scopes.
 */
export type Route = Described &
  (
    | {
        readonly access: 'anybody'
        readonly scopes: readonly Scope[]
        /** Whoever calls proves who they are otherwise, or need not: a token, also a stale one, is not looked at. */
        readonly ignoresToken?: true
        handle: Handle<Actor | undefined>
      }
    | { readonly access: 'app'; readonly scopes: readonly Scope[]; handle: Handle<Actor | undefined> }
    | {
        readonly access: 'member'
        readonly scopes: readonly [Scope, ...Scope[]]
        /** A member who has moved away, or has not confirmed their address, may do this all the same. */
        readonly evenWhen?: readonly ('moved' | 'unconfirmed')[]
        handle: Handle<Actor>
      }
  )

/** Lets the compiler know whose call a handler takes. */
export function route(definition: Route): Route {
  return definition
}

/** An answer that is more than a body with 200. */
export class Answer {
  readonly body: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(body: unknown, status: number, headers: Readonly<Record<string, string>>) {
    this.body = body
    this.status = status
    this.headers = headers
  }
}

export function answer(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Answer {
  return new Answer(body, status, headers)
}
