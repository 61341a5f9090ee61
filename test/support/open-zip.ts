import { buffer } from 'node:stream/consumers'
import { openPromise } from 'yauzl'

/** All files of a zip file, by their names. */
export async function openZip(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true })
  const files = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
  zip.close()
  return files
}
