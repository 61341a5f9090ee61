import { z } from 'zod'
import type { Context } from '../../context.ts'
import { opens } from '../../domain/auth/scopes.ts'
import { bringFile } from '../../domain/imports/bring-file.ts'
import { cancelImport, getImport } from '../../domain/imports/create-import.ts'
import { importKinds, importLimits, type ImportKind } from '../../domain/imports/kinds.ts'
import { cellsOrText, writeFailures } from '../../domain/imports/list-failures.ts'
import type { Actor } from '../../store/actors.ts'
import { listImportRows, listImports, type Import } from '../../store/imports.ts'
import { ApiError } from '../errors.ts'
import { flag, limit, offset, read, text } from '../input.ts'
import { answer, type Call } from '../route.ts'
import { sendFile } from './exports.ts'

const mode = z.preprocess((value) => value || 'merge', z.enum(['merge', 'overwrite'], 'is not a mode'))
const outcome = z.preprocess(
  (value) => value || undefined,
  z.enum(['waiting', 'added', 'kept', 'failed'], 'is not an outcome').optional(),
)

/**
 * `POST /api/holdfast/v1/imports`: a multipart form with the file as `data`, its `type`, `mode` and `dry_run`; of notes of
 * Misskey, `from` whom. Archives of more than 100 MiB are brought on the page, or at a terminal.
 */
export async function startImport(ctx: Context, call: Call<Actor>) {
  return answer(presentImport(await take(ctx, call)), { status: 202 })
}

/** https://docs.gotosocial.org/en/latest/api/swagger/#operations-import_export-importData: the same form. */
export async function startImportAsGoToSocial(ctx: Context, call: Call<Actor>) {
  await take(ctx, call)
  return answer({ status: 'Accepted' }, { status: 202 })
}

async function take(ctx: Context, call: Call<Actor>): Promise<Import> {
  const given = read(call.input, {
    type: text(40),
    mode,
    dry_run: flag,
    file_name: text(200),
    from: text(2048),
  })
  const file = call.files['data']
  if (file === undefined) throw new ApiError(422, "Validation failed: Data can't be blank")
  const name = given.file_name ?? file.name ?? ''
  const allow = (kind: ImportKind | 'archive'): void => {
    requireScope(call, kind === 'archive' ? 'write:statuses' : importKinds[kind].scope)
    // Whoever is on a list is followed.
    if (kind === 'lists') requireScope(call, 'write:follows')
  }
  const wish = { kind: given.type, mode: given.mode, dryRun: given.dry_run ?? false, allow, from: given.from }
  return bringFile(ctx, call.viewer, { path: file.path, name }, wish)
}

function requireScope({ token }: Call<Actor>, scope: string): void {
  if (token === undefined || !opens(token.scopes, scope))
    throw new ApiError(403, 'This action is outside the authorized scopes')
}

/** `GET /api/holdfast/v1/imports`: the latest first. */
export async function listOwnImports(ctx: Context, { viewer }: Call<Actor>) {
  return (await listImports(ctx.db, viewer.id, importLimits.kept)).map(presentImport)
}

export async function showImport(ctx: Context, { viewer, params }: Call<Actor>) {
  return presentImport(await getImport(ctx, viewer, params['id']!))
}

/** `DELETE /api/holdfast/v1/imports/:id`: what was done stays done. */
export async function stopImport(ctx: Context, { viewer, params }: Call<Actor>) {
  return presentImport(await cancelImport(ctx, viewer, params['id']!))
}

/** `GET /api/holdfast/v1/imports/:id/rows?outcome=failed&after=0&limit=100`: in the order of the file. */
export async function showRows(ctx: Context, call: Call<Actor>) {
  const found = await getReadable(ctx, call)
  const given = read(call.input, { outcome, after: offset(2 ** 31 - 1), limit: limit(100, 1000) })
  const rows = await listImportRows(ctx.db, found.id, given)
  return rows.map((row) => ({
    ...{ number: row.number, cells: cellsOrText(row), outcome: row.outcome, detail: row.detail },
  }))
}

/** `GET /api/holdfast/v1/imports/:id/failures.csv` */
export async function showFailures(ctx: Context, call: Call<Actor>): Promise<void> {
  const found = await getReadable(ctx, call)
  await sendFile(call.response, `failed-${found.kind}.csv`, writeFailures(ctx, found))
}

/** Whoever may not see whom a member blocks does not see it in a file that they brought either. */
async function getReadable(ctx: Context, call: Call<Actor>): Promise<Import> {
  const found = await getImport(ctx, call.viewer, call.params['id']!)
  const kind = Object.hasOwn(importKinds, found.kind) ? importKinds[found.kind as ImportKind] : undefined
  requireScope(call, kind === undefined ? 'read:statuses' : kind.scope.replace('write:', 'read:'))
  return found
}

function presentImport(row: Import) {
  return {
    id: row.id,
    type: row.kind,
    mode: row.mode,
    dry_run: row.dryRun,
    state: row.state,
    file_name: row.fileName,
    total: row.total,
    done: Number(row.position),
    ...{ software: row.software, former_account: row.formerUri },
    ...{ added: row.added, kept: row.kept, failed: row.failed, removed: row.removed },
    problem: row.problem,
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
  }
}
