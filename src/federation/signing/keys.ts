import type { KeyObject } from 'node:crypto'

/** A private key with the address under which its public half is published. */
export type DocumentKey = { readonly keyId: string; readonly privateKey: KeyObject }

/** Finds a key that the document of its owner has listed; never asks anybody. */
export type FindKey = (
  keyId: string,
) => Promise<{ readonly publicKey: KeyObject; readonly actorUri: string } | undefined>
