import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { recordAct } from '../../domain/audit/record-act.ts'
import { requireCopyTurn } from '../../domain/kits/copy-limits.ts'
import { changeKit, createKit } from '../../domain/kits/create-kit.ts'
import { describeKit, type KitView } from '../../domain/kits/describe-kit.ts'
import { copyName } from '../../domain/kits/save-copy.ts'
import { requireKit, writeCopy } from '../../domain/kits/write-copy.ts'
import type { Actor } from '../../store/actors.ts'
import { recordNotFound } from '../errors.ts'
import { flag, read, text } from '../input.ts'
import { requirePassword } from '../require-password.ts'
import type { Call } from '../route.ts'

/** `GET /api/holdfast/v1/kit`: how old the kit is, and what would be missing from it. */
export async function showKit(ctx: Context, { viewer }: Call<Actor>): Promise<object> {
  const kit = await describeKit(ctx, viewer)
  if (kit === undefined) throw recordNotFound()
  return present(kit)
}

/**
 * `POST /api/holdfast/v1/kit` with the member's `password`: a kit with a `passphrase`, or without one other choices for
 * the kit that there is. `standby` is a handle or the id of an actor; what is not given is not in the kit.
 */
export async function makeKit(ctx: Context, call: Call<Actor>): Promise<object> {
  await requirePassword(ctx, call)
  const { viewer, input, request } = call
  const given = read(input, {
    passphrase: z.string('is not text').max(1000).optional(),
    standby: text(1000),
    with_key: flag,
    with_media: flag,
  })
  const choices = {
    standby: given.standby,
    withKey: given.with_key ?? false,
    withMedia: given.with_media ?? false,
    ip: request.ip,
  }
  if (given.passphrase === undefined) await changeKit(ctx, viewer, choices)
  else await createKit(ctx, viewer, given.passphrase, choices)
  return showKit(ctx, call)
}

/** `POST /api/holdfast/v1/kit/copy` with the member's `password`: the file, as everything is now. */
export async function takeCopy(ctx: Context, call: Call<Actor>): Promise<void> {
  await requirePassword(ctx, call)
  const { viewer, request, response } = call
  await requireKit(ctx, viewer.id)
  requireCopyTurn(viewer.id)
  await transact(ctx, (tx) => recordAct(tx, viewer.id, 'kit.taken', { ip: request.ip }))
  response.status(200).set({
    'Cache-Control': 'private, no-store',
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${copyName(ctx, viewer)}"`,
    'X-Content-Type-Options': 'nosniff',
  })
  await pipeline(Readable.from(writeCopy(ctx, viewer.id)), response)
}

function present(kit: KitView): object {
  const { standby, missing } = kit
  return {
    created_at: kit.createdAt.toISOString(),
    refreshed_at: kit.refreshedAt?.toISOString() ?? null,
    standby: standby && { uri: standby.uri, acct: standby.handle },
    former_standbys: kit.formerStandbys,
    with_key: kit.includesKey,
    with_media: kit.includesMedia,
    contents: kit.facts,
    missing: { followers: missing.followers, follows: missing.follows, posts: missing.posts },
    destinations: kit.destinations.map(({ id, kind, label, sentAt, failedAt, problem }) => ({
      ...{ id, kind, label, problem },
      sent_at: sentAt?.toISOString() ?? null,
      failed_at: failedAt?.toISOString() ?? null,
    })),
  }
}
