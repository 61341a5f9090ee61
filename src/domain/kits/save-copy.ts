import { open } from 'node:fs/promises'
import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { handleOf } from '../accounts/addresses.ts'
import { writeCopy } from './write-copy.ts'

/**
 * Writes a copy of a kit into a file that nobody else can read.
 * @param path where there is no file yet
 * @returns how long it is, in bytes
 */
export async function saveCopy(
  ctx: Context,
  accountId: string,
  path: string,
  onProgress?: (items: number) => void,
): Promise<number> {
  await using file = await open(path, 'wx', 0o600)
  let bytes = 0
  for await (const line of writeCopy(ctx, accountId, onProgress)) {
    await file.write(line)
    bytes += Buffer.byteLength(line)
  }
  await file.sync()
  return bytes
}

/** What a copy is called where it is kept. */
export function copyName({ config }: Pick<Context, 'config'>, account: Actor): string {
  return `${handleOf(config, account).replaceAll(/[^\w.-]/g, '-')}.kit`
}
