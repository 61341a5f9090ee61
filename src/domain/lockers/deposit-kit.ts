import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import { enqueue } from '../../store/jobs.ts'
import {
  fillLocker,
  findLocker,
  findLockerByClaim,
  lockLockers,
  sumLockers,
  type Locker,
} from '../../store/lockers.ts'
import { digestToken } from '../auth/digest-token.ts'
import { readSettings } from '../instance/settings.ts'
import { WorkDirectory } from '../media/keep-files.ts'
import { passKit } from './check-kit.ts'

/** Why a kit is not taken, where the domain's own words would say too little. */
export class LockerFull extends Error {
  /** Whether it is the place as a whole that has no room, and not this locker. */
  readonly isEverywhere: boolean

  constructor(isEverywhere: boolean) {
    super(isEverywhere ? 'There is no more room for kits here.' : 'This locker takes no kit of that size.')
    this.isEverywhere = isEverywhere
  }
}

/**
 * The locker that a token fills.
 * @throws DomainError `unauthorized`, also where there is no such locker
 */
export async function admitDeposit(ctx: Context, id: string, token: string): Promise<Locker> {
  const given = digestToken(token)
  const locker = isId(id) ? await findLocker(ctx.db, id) : undefined
  if (locker === undefined || !timingSafeEqual(locker.depositDigest, given))
    throw new DomainError('unauthorized', 'This token fills no locker here.')
  return locker
}

/** @param digest SHA-256 of a claim, in base64url @throws DomainError `invalid` */
export function readClaimDigest(digest: string): Buffer {
  if (/^[\w-]{43}$/.test(digest)) return Buffer.from(digest, 'base64url')
  throw new DomainError('invalid', 'Holdfast-Claim must be 32 bytes in base64url.')
}

/**
 * Keeps a kit in place of the one before, once all of it is here.
 * @param content in pieces, no more of which is read than the locker takes
 * @returns how many bytes are kept
 * @throws DomainError `invalid` for what is no kit, `conflict`; LockerFull
 */
export async function depositKit(
  ctx: Context,
  locker: Locker,
  claimDigest: Buffer,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { lockerMib } = await readSettings(ctx)
  await using work = await WorkDirectory.create()
  const path = work.file('kit')
  const lines = passKit(bound(content, lockerMib * 1_048_576))
  await pipeline(Readable.from(lines), createWriteStream(path, { mode: 0o600, flags: 'wx' }))
  const { size } = await stat(path)
  const key = `${randomBytes(16).toString('hex')}.kit`
  await ctx.storage.put(key, path, 'application/octet-stream')
  try {
    await transact(ctx, (tx) => keep(tx, locker.id, { key, bytes: size, claimDigest, filledAt: ctx.now() }))
  } catch (error) {
    await ctx.storage.delete(key)
    throw error
  }
  return size
}

async function* bound(content: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > limit) throw new LockerFull(false)
    yield chunk
  }
}

type Kept = Parameters<typeof fillLocker>[2]

async function keep(
  tx: Parameters<Parameters<typeof transact>[1]>[0],
  id: string,
  kept: Kept,
): Promise<void> {
  await lockLockers(tx.db)
  const locker = await findLocker(tx.db, id)
  if (locker === undefined) throw new DomainError('unauthorized', 'This token fills no locker here.')
  const { lockersMib } = await readSettings(tx)
  if ((await sumLockers(tx.db, id)) + kept.bytes > lockersMib * 1_048_576) throw new LockerFull(true)
  const other = await findLockerByClaim(tx.db, kept.claimDigest)
  // Nobody is told that somebody else's kit is here.
  if (other !== undefined && other.id !== id)
    throw new DomainError('conflict', 'This locker does not take this kit.')
  await fillLocker(tx.db, id, kept)
  if (locker.key !== null) await enqueue(tx, 'media.discarded', { keys: [locker.key] })
}
