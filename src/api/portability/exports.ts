import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import type { Context } from '../../context.ts'
import { writeExport, type ExportName } from '../../domain/exports/csv-files.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import type { Actor } from '../../store/actors.ts'
import { ApiError } from '../errors.ts'
import type { Call } from '../route.ts'

/** Each reads all that a member has of something. */
const exports = createRateLimit({ limit: 40, perMs: 10 * 60_000 })

/** `GET /api/holdfast/v1/exports/<name>`: the file, as it is saved from the settings. */
export function showExport(name: ExportName) {
  return async (ctx: Context, { viewer, response }: Call<Actor>): Promise<void> => {
    if (!exports.take(viewer.id)) throw new ApiError(429, 'Too many requests', {}, { 'Retry-After': '60' })
    await sendFile(response, name, writeExport(ctx, viewer, name))
  }
}

/** Text that is saved under a name, written as it is read. */
export async function sendFile(
  response: Response,
  name: string,
  pieces: AsyncIterable<string>,
): Promise<void> {
  response.status(200).set({
    'Cache-Control': 'private, no-store',
    'Content-Type': `${name.endsWith('.json') ? 'application/json' : 'text/csv'}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${name}"`,
    'X-Content-Type-Options': 'nosniff',
  })
  await pipeline(Readable.from(pieces), response)
}
