import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'

/** A bucket in a store that speaks S3, at an address of this machine. */
export type TestBucket = AsyncDisposable & { readonly mediaUrl: string }

/** The store's only credentials are put where Amazon's tools look for them. */
export async function startBucket(): Promise<TestBucket> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const store = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory, vhostBuckets: false },
    configureBuckets: [{ name: 'reef' }],
  })
  const { port } = await store.run()
  process.env['AWS_ACCESS_KEY_ID'] = 'S3RVER'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'S3RVER'
  return {
    mediaUrl: `s3://reef/media/of/ours?endpoint=http://127.0.0.1:${port}&region=eu-test-1`,
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(directory, { recursive: true })
    },
  }
}
