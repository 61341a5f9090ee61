import type { Context } from '../../context.ts'
import type { Facts } from '../../db/json.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { listKitDestinations, type KitDestination } from '../../store/kit-destinations.ts'
import { countSince, findKit, listStandbys, type Since } from '../../store/kits.ts'
import { actorUri, handleOf } from '../accounts/addresses.ts'

export type StandbyView = { readonly uri: string; readonly handle: string | null }

/** What a member is told of their kit. */
export type KitView = {
  readonly createdAt: Date
  /** When the last copy was made; null before there was one. */
  readonly refreshedAt: Date | null
  readonly includesKey: boolean
  readonly includesMedia: boolean
  readonly standby: StandbyView | null
  /** Accounts for which letters were signed before: these hold until the alias there is dropped. */
  readonly formerStandbys: readonly string[]
  /** How much of what the last copy held. */
  readonly facts: Facts
  /** What would be missing if this place were gone now: counted up to `mostCounted`. */
  readonly missing: Since
  readonly destinations: readonly KitDestination[]
}

export const mostCounted = 1000

/** @returns undefined while there is none */
export async function describeKit(ctx: Context, account: Actor): Promise<KitView | undefined> {
  const kit = await findKit(ctx.db, account.id)
  if (kit === undefined) return undefined
  const [standby, standbys, missing, destinations] = await Promise.all([
    kit.standbyId === null ? undefined : findActor(ctx.db, kit.standbyId),
    listStandbys(ctx.db, account.id),
    countSince(ctx.db, account.id, kit.refreshedAt ?? new Date(0), mostCounted),
    listKitDestinations(ctx.db, account.id),
  ])
  const { createdAt, refreshedAt, includesKey, includesMedia, standbyUri, facts } = kit
  const isKnown = standby !== undefined && actorUri(ctx.config, standby) === standbyUri
  return {
    ...{ createdAt, refreshedAt, includesKey, includesMedia, facts, missing, destinations },
    standby:
      standbyUri === null
        ? null
        : { uri: standbyUri, handle: isKnown ? handleOf(ctx.config, standby) : null },
    formerStandbys: standbys.filter((uri) => uri !== standbyUri),
  }
}
