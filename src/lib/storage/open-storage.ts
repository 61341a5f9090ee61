import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperatorError } from '../errors.ts'
import { createBucketStorage, readBucketUrl } from './bucket.ts'
import { createDirectoryStorage } from './directory.ts'
import type { MediaStorage } from './storage.ts'

/**
 * The storage that an operator chose.
 * @param url `file:/directory`, or what `readBucketUrl` reads
 * @throws OperatorError
 */
export function openStorage(url: string): MediaStorage {
  return url.startsWith('s3:') ? createBucketStorage(readBucketUrl(url)) : createDirectoryStorage(pathOf(url))
}

/** With two slashes it is a URL like any other; otherwise a path follows as it is. */
function pathOf(url: string): string {
  if (!url.startsWith('file://')) return resolve(url.slice('file:'.length))
  try {
    return fileURLToPath(new URL(url))
  } catch (error) {
    throw new OperatorError('MEDIA_URL must be the file: URL of a directory, such as file:/srv/media.', {
      cause: error,
    })
  }
}
