import { z } from 'zod'

/**
 * A recovery kit is a text of lines. The first is this header, in clear, which tells nobody whose it is; every other
 * line is a part: a compact JWE to the key in the header. What the parts hold is in `KitPart`.
 */
export const kitHeader = z.object({
  format: z.literal('holdfast-kit'),
  version: z.literal(1),
  kdf: z.object({
    name: z.literal('argon2id'),
    memory_kib: z.number().int().min(65_536).max(1_048_576),
    passes: z.number().int().min(1).max(16),
    lanes: z.number().int().min(1).max(16),
    salt: z.string().regex(/^[\w-]{22,86}$/),
  }),
  public_key: z.object({
    kty: z.literal('OKP'),
    crv: z.literal('X25519'),
    x: z.string().regex(/^[\w-]{43}$/),
  }),
  /** A compact JWE (`dir`, `A256GCM`) of a `LockedKey`, for the key that the passphrase gives. */
  locked_key: z.string().max(4096),
})
export type KitHeader = z.output<typeof kitHeader>

/** What the passphrase protects: how to read the parts, and by whose signature to believe them. */
export const lockedKey = z.object({
  private_key: z.object({
    kty: z.literal('OKP'),
    crv: z.literal('X25519'),
    x: z.string(),
    d: z.string(),
  }),
  /** `@name@domain` */
  account: z.string(),
  actor: z.url({ protocol: /^https?$/ }),
  /** The Ed25519 key that signs every copy, as a Multikey. */
  signed_by: z.string().startsWith('z6Mk'),
})
export type LockedKey = z.output<typeof lockedKey>

export const partKinds = [
  'profile',
  'former',
  'follows',
  'followers',
  'lists',
  'blocks',
  'mutes',
  'domain_blocks',
  'notes',
  'filters',
  'bookmarks',
  'posts',
  'media',
  'letters',
  'key',
] as const
export type PartKind = (typeof partKinds)[number]

/** Some of the things of one kind, in order; there are as many parts of a kind as it takes. */
export type KitPart = { readonly kind: PartKind; readonly items: readonly unknown[] }

/** Bounds on what is read; what is written stays far below them. */
export const kitLimits = {
  fileBytes: 2 * 1024 ** 3,
  lineBytes: 4 * 1024 ** 2,
  parts: 100_000,
  /** Of the plain text of a part: what writers aim for. */
  partBytes: 128 * 1024,
} as const

/** A part is filled up with spaces to a multiple of so many bytes, so that its length tells little. */
export const paddingBytes = 4096
