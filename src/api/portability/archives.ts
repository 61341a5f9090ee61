import type { Context } from '../../context.ts'
import { archiveName } from '../../domain/exports/archive-key.ts'
import { takeOwnArchive } from '../../domain/exports/archive-links.ts'
import { askForArchive } from '../../domain/exports/ask-for-archive.ts'
import { DomainError } from '../../lib/errors.ts'
import { sendStored } from '../../lib/send-stored.ts'
import type { Actor } from '../../store/actors.ts'
import { findArchive, listArchives, type Archive } from '../../store/archives.ts'
import { recordNotFound } from '../errors.ts'
import { requirePassword } from '../require-password.ts'
import { answer, type Call } from '../route.ts'

const archivesShown = 20

/** `POST /api/holdfast/v1/archives` with the `password`: has an archive made, once a day. */
export async function startArchive(ctx: Context, call: Call<Actor>) {
  await requirePassword(ctx, call)
  return answer(presentArchive(await askForArchive(ctx, call.viewer, call.request.ip)), { status: 202 })
}

/** `GET /api/holdfast/v1/archives`: the latest first. */
export async function listOwnArchives(ctx: Context, { viewer }: Call<Actor>) {
  return (await listArchives(ctx.db, viewer.id, archivesShown)).map(presentArchive)
}

export async function showArchive(ctx: Context, { viewer, params }: Call<Actor>) {
  const archive = await findArchive(ctx.db, params['id']!)
  if (archive?.accountId !== viewer.id) throw recordNotFound()
  return presentArchive(archive)
}

/** `POST /api/holdfast/v1/archives/:id/file` with the `password`: the file, or the range of it that is asked for. */
export async function sendArchive(ctx: Context, call: Call<Actor>): Promise<void> {
  await requirePassword(ctx, call)
  const { viewer, params, request, response } = call
  const archive = await takeOwnArchive(ctx, viewer.id, params['id']!, request.ip)
  const headers = {
    'Cache-Control': 'private, no-store',
    'Content-Type': 'application/zip',
    'Content-Disposition': `attachment; filename="${archiveName(archive)}"`,
    'X-Content-Type-Options': 'nosniff',
  }
  const file = { key: archive.key, etag: `"${archive.key.slice(0, 32)}"`, headers }
  if (!(await sendStored(ctx, request, response, file)))
    throw new DomainError('not_found', 'There is no such archive, or its time is over.')
}

function presentArchive(archive: Archive) {
  const { id, state, bytes, done, total, problem, createdAt, readyAt, expiresAt } = archive
  return {
    ...{ id, state, done, total, problem, bytes: bytes === null ? null : Number(bytes) },
    created_at: createdAt.toISOString(),
    ready_at: readyAt?.toISOString() ?? null,
    expires_at: expiresAt?.toISOString() ?? null,
  }
}
