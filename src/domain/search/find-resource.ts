import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { findRemoteStatus, type Status } from '../../store/statuses.ts'
import { idOfStatusPage } from '../accounts/addresses.ts'
import { getActorByName } from '../accounts/get-actor-by-name.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { getVisibleStatus } from '../statuses/get-visible.ts'
import { findKnownActor } from './find-known-actor.ts'

export type Found = { readonly actor?: Actor | undefined; readonly status?: Status | undefined }

/**
 * What a handle or an address stands for.
 * @param isAsked whether other servers are asked for what we do not know
 * @returns nothing of what the viewer may not see, or what cannot be had
 */
export async function findResource(
  ctx: Context,
  viewer: Actor | undefined,
  name: string,
  isAsked: boolean,
): Promise<Found> {
  const actor = await findKnownActor(ctx, name)
  if (actor !== undefined) return { actor: shown(actor) }
  const isAddress = /^https?:\/\//i.test(name)
  const status = isAddress ? await findStatusAt(ctx, viewer, name, isAsked) : undefined
  if (status !== undefined) return { status }
  if (!isAsked || isOurs(ctx, name)) return {}
  return { actor: shown(await orNothing(getActorByName(ctx, name))) }
}

async function findStatusAt(
  ctx: Context,
  viewer: Actor | undefined,
  url: string,
  isAsked: boolean,
): Promise<Status | undefined> {
  const known =
    idOfStatusPage(ctx.config, url) ??
    (await findStatusIdByUri(ctx, url)) ??
    (await findRemoteStatus(ctx.db, url))?.id
  const canAsk = known === undefined && isAsked && !isOurs(ctx, url)
  const id = canAsk ? (await orNothing(ctx.remote.resolveStatus(url)))?.id : known
  return id === undefined ? undefined : orNothing(getVisibleStatus(ctx, id, viewer?.id))
}

const isOurs = ({ config }: Pick<Context, 'config'>, url: string) => url.startsWith(`${config.origin}/`)

function shown(actor: Actor | undefined): Actor | undefined {
  const isHidden = actor === undefined || actor.deletedAt !== null || actor.suspendedAt !== null
  return isHidden || actor.domainBlocked ? undefined : actor
}

async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
