import type { KeyObject } from 'node:crypto'
import { asObject } from '../../lib/as-object.ts'
import { mayBeSignedMove, verifySignedMove } from '../signing/verify-carried.ts'

type Author = {
  readonly actorUri: string
  /** By their ids. */
  readonly keys: ReadonlyMap<string, KeyObject>
  readonly now: Date
}

/**
 * Reads what somebody said of their move while their server stood, as a receiver would who knows only their keys.
 * @returns where they moved to; undefined when it is not theirs, or says something else
 */
export async function readLetter(text: string, { actorUri, keys, now }: Author): Promise<string | undefined> {
  const letter = parse(text)
  if (!mayBeSignedMove(letter, Buffer.byteLength(text))) return undefined
  const findKey = async (keyId: string) => {
    const publicKey = keys.get(keyId)
    return publicKey && { publicKey, actorUri }
  }
  return (await verifySignedMove(letter, actorUri, findKey, now))?.target
}

function parse(text: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return {}
  }
}
