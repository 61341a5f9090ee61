import { hash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { hasCode } from '../../lib/error-code.ts'
import { insideOrigin } from '../imports/archive/source.ts'
import type { KitItem } from '../kits/kit-items.ts'

type Place = Pick<Context, 'config'>

/** A file that came in a kit, until the post that shows it is restored. */
export type KeptFile = { readonly url: string; readonly path: string; readonly bytes: number }

function directory({ config }: Place, recoveryId: string): string {
  return join(config.dataDir, 'recoveries', `${recoveryId}-files`)
}

/** Puts the bytes of an item where they belong in their file: twice does the same. Items without bytes are passed over. */
export async function keepBytes(
  ctx: Place,
  recoveryId: string,
  items: readonly KitItem<'media'>[],
): Promise<void> {
  const root = directory(ctx, recoveryId)
  for (const { url, bytes, offset = 0 } of items) {
    if (bytes === undefined) continue
    await mkdir(root, { recursive: true, mode: 0o700 })
    const path = join(root, hash('sha256', url, 'hex'))
    await writeFile(`${path}.url`, url, { mode: 0o600 })
    const content = Buffer.from(bytes, 'base64')
    await using file = await open(path, (await isThere(path)) ? 'r+' : 'w', 0o600)
    await file.write(content, 0, content.length, offset)
  }
}

/** By the addresses inside an archive that stand for them. */
export async function listFiles(ctx: Place, recoveryId: string): Promise<ReadonlyMap<string, KeptFile>> {
  const root = directory(ctx, recoveryId)
  const names = await readdir(root).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  })
  const found = new Map<string, KeptFile>()
  for (const name of names) {
    if (name.endsWith('.url')) continue
    const path = join(root, name)
    const url = await readFile(`${path}.url`, 'utf8')
    found.set(`${insideOrigin}/${name}`, { url, path, bytes: (await stat(path)).size })
  }
  return found
}

/** Also where there are none. */
export async function dropFiles(ctx: Place, recoveryId: string): Promise<void> {
  await rm(directory(ctx, recoveryId), { recursive: true, force: true })
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
