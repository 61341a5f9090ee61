import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type * as Sdk from '@aws-sdk/client-s3'
import { OperatorError } from '../errors.ts'
import { isKey, type ByteRange, type MediaStorage, type StoredFile } from './storage.ts'

/** A place in a store that speaks S3. */
export type Bucket = {
  readonly name: string
  /** Empty, or ends in `/`. */
  readonly prefix: string
  /** Undefined: Amazon's own. */
  readonly endpoint: string | undefined
  readonly region: string
}

/**
 * Reads `s3://bucket/prefix?endpoint=https://...&region=...`.
 * @throws OperatorError
 */
export function readBucketUrl(text: string): Bucket {
  const url = URL.parse(text)
  const problem = url === null ? 'is no URL' : findProblem(url)
  if (url === null || problem !== undefined)
    throw new OperatorError(
      `MEDIA_URL ${problem}: write s3://bucket/prefix?endpoint=https://host&region=name, the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    )
  const prefix = url.pathname.replaceAll(/^\/+|\/+$/g, '')
  return {
    name: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint: url.searchParams.get('endpoint') ?? undefined,
    region: url.searchParams.get('region') ?? 'us-east-1',
  }
}

function findProblem(url: URL): string | undefined {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.hostname)) return 'names no bucket'
  if (url.username !== '' || url.password !== '') return 'must hold no password'
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'endpoint' && name !== 'region')
  if (unknown !== undefined) return `has an unknown parameter ${unknown}`
  const endpoint = url.searchParams.get('endpoint')
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    return 'has an endpoint that is no http: or https: URL'
  return undefined
}

type Connection = { readonly sdk: typeof Sdk; readonly client: Sdk.S3Client }

const timeouts = { connectionTimeout: 5000, requestTimeout: 60_000 } as const
/** Those who read slowly hold a connection each, and must leave some for what is uploaded. */
const sockets = { keepAlive: true, maxSockets: 400 } as const

/**
 * Files in a bucket. The library is loaded when it is first needed, and finds the credentials as all of Amazon's tools
 * do. An operator chooses where this is, so that it is asked without the guard for addresses that others choose.
 */
export function createBucketStorage(bucket: Bucket): MediaStorage {
  let connection: Promise<Connection> | undefined
  const connected = (): Promise<Connection> => (connection ??= connect(bucket))
  const at = (key: string) => ({ Bucket: bucket.name, Key: bucket.prefix + key })
  return {
    put: async (key, path, mediaType) => {
      const { sdk, client } = await connected()
      const { size } = await stat(path)
      const Body = createReadStream(path)
      const command = new sdk.PutObjectCommand({
        ...at(key),
        Body,
        ContentLength: size,
        ContentType: mediaType,
      })
      await client.send(command).finally(() => Body.destroy())
    },
    measure: async (key) => {
      if (!isKey(key)) return undefined
      const { sdk, client } = await connected()
      const head = await client.send(new sdk.HeadObjectCommand(at(key))).catch(ignoreMissing)
      return head?.ContentLength
    },
    open: async (key, range) => (isKey(key) ? open(await connected(), at(key), range) : undefined),
    delete: async (key) => {
      if (!isKey(key)) return
      const { sdk, client } = await connected()
      await client.send(new sdk.DeleteObjectCommand(at(key))).catch(ignoreMissing)
    },
    list: (before) => list(connected, bucket, before),
    close: () =>
      void connection?.then(
        ({ client }) => client.destroy(),
        () => undefined,
      ),
  }
}

async function connect({ endpoint, region }: Bucket): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3')
  const own = endpoint === undefined ? {} : { endpoint, forcePathStyle: true }
  const client = new sdk.S3Client({
    ...own,
    region,
    maxAttempts: 3,
    requestHandler: { ...timeouts, httpAgent: sockets, httpsAgent: sockets },
    // Stores other than Amazon's do not know the checksums that the library adds by itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return { sdk, client }
}

async function open(
  { sdk, client }: Connection,
  place: { Bucket: string; Key: string },
  range: ByteRange | undefined,
): Promise<StoredFile | undefined> {
  const Range = range && `bytes=${range.start}-${range.end}`
  const command = new sdk.GetObjectCommand({ ...place, ...(Range !== undefined && { Range }) })
  const got = await client.send(command).catch(ignoreMissing)
  if (!(got?.Body instanceof Readable)) return undefined
  const whole = got.ContentRange?.split('/')[1] ?? got.ContentLength
  return { stream: got.Body, size: Number(whole) }
}

async function* list(
  connected: () => Promise<Connection>,
  bucket: Bucket,
  before: Date,
): AsyncGenerator<string[]> {
  const { sdk, client } = await connected()
  let ContinuationToken: string | undefined
  do {
    const where = { Bucket: bucket.name, Prefix: bucket.prefix, MaxKeys: 500 }
    const command = new sdk.ListObjectsV2Command({
      ...where,
      ...(ContinuationToken && { ContinuationToken }),
    })
    const page = await client.send(command)
    const old = (page.Contents ?? []).filter(({ LastModified }) => (LastModified ?? before) < before)
    const keys = old.map(({ Key = '' }) => Key.slice(bucket.prefix.length)).filter(isKey)
    if (keys.length > 0) yield keys
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
}

const missing = ['NoSuchKey', 'NotFound', 'InvalidRange']

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Error) || !missing.includes(error.name)) throw error
}
