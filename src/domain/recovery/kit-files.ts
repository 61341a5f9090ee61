import { hash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { enqueueAll } from '../../store/jobs.ts'
import { deleteKeptPieces, insertKeptPiece, listKeptPieces } from '../../store/recovery-pieces.ts'
import { insideOrigin } from '../imports/archive/source.ts'
import type { KitItem } from '../kits/kit-items.ts'
import { WorkDirectory } from '../media/keep-files.ts'

/** A file that came in a kit, until the post that shows it is restored. */
export type KeptFile = {
  readonly url: string
  readonly bytes: number
  /** @throws DomainError `invalid` while it is read, when a piece is gone */
  read(): Promise<Readable>
}

/** Where a part stands in its kit. */
type Place = { readonly recoveryId: string; readonly number: number }

/** Keeps the bytes of a part's items, as pieces of their files. Items without bytes are passed over. */
export async function keepBytes(
  tx: TxContext,
  { recoveryId, number }: Place,
  items: readonly KitItem<'media'>[],
): Promise<void> {
  await using work = await WorkDirectory.create()
  for (const [index, { url, bytes, offset = 0 }] of items.entries()) {
    if (bytes === undefined) continue
    const content = Buffer.from(bytes, 'base64')
    const path = work.file(String(index))
    await writeFile(path, content, { mode: 0o600 })
    const position = (BigInt(number) * 1_000_000n + BigInt(index)).toString()
    const key = `${recoveryId}-${position}-${randomBytes(12).toString('hex')}.piece`
    await tx.storage.put(key, path, 'application/octet-stream')
    await insertKeptPiece(tx.db, recoveryId, position, { url, key, offset, bytes: content.length })
  }
}

/** By the addresses inside an archive that stand for them. */
export async function listFiles(
  { db, storage }: Pick<Context, 'db' | 'storage'>,
  recoveryId: string,
): Promise<ReadonlyMap<string, KeptFile>> {
  const found = new Map<string, KeptFile>()
  const pieces = Map.groupBy(await listKeptPieces(db, recoveryId), ({ url }) => url)
  for (const [url, own] of pieces) {
    const bytes = own.reduce((sum, piece) => sum + piece.bytes, 0)
    const keys = own.map(({ key }) => key)
    const read = async () => Readable.from(join(storage, keys), { objectMode: false })
    found.set(`${insideOrigin}/${hash('sha256', url, 'hex')}`, { url, bytes, read })
  }
  return found
}

async function* join(storage: Context['storage'], keys: readonly string[]): AsyncGenerator<Buffer> {
  for (const key of keys) {
    const piece = await storage.open(key)
    if (piece === undefined) throw new DomainError('invalid', 'A part of this file is missing.')
    for await (const chunk of piece.stream) yield chunk as Buffer
  }
}

const keysAtOnce = 500

/** Also where there are none. */
export async function dropFiles(ctx: Context, recoveryId: string): Promise<void> {
  await transact(ctx, (tx) => forgetFiles(tx, recoveryId))
}

export async function forgetFiles(tx: TxContext, recoveryId: string): Promise<void> {
  const keys = await deleteKeptPieces(tx.db, recoveryId)
  const count = Math.ceil(keys.length / keysAtOnce)
  const parts = Array.from({ length: count }, (_, index) => ({
    keys: keys.slice(index * keysAtOnce, (index + 1) * keysAtOnce),
  }))
  await enqueueAll(tx, 'media.discarded', parts)
}
