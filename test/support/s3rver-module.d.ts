/** A store that speaks S3, for tests; it brings no types. */
declare module 's3rver' {
  export default class S3rver {
    constructor(options: {
      address: string
      port: number
      silent: boolean
      directory: string
      vhostBuckets?: boolean
      configureBuckets: readonly { readonly name: string }[]
    })
    run(): Promise<{ port: number }>
    close(): Promise<void>
  }
}
