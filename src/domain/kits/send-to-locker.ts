import { z } from 'zod'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { KitCopy, Secret } from './destinations.ts'
import { putFile, refusal } from './put-file.ts'

const receipt = z.object({ bytes: z.number().int() })

/** @throws DomainError */
export async function sendToLocker(
  ctx: Context,
  { address, token }: Secret<'locker'>,
  { path, size, claimDigest }: KitCopy,
): Promise<void> {
  const { host } = new URL(address)
  const answer = await putFile(ctx, address, path, {
    Accept: 'application/json',
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/octet-stream',
    'Holdfast-Claim': claimDigest.toString('base64url'),
  })
  if (!answer.ok)
    throw refusal(host, answer.status, {
      401: `${host} does not know this locker any more: ask for another one.`,
      409: `${host} does not take this kit into this locker.`,
      413: `The kit is larger than ${host} keeps.`,
      507: `${host} has no more room for kits.`,
    })
  if (readReceipt(answer.text()) !== size)
    throw new DomainError('unavailable', `${host} did not keep all of it.`)
}

function readReceipt(text: string): number | undefined {
  try {
    return receipt.parse(JSON.parse(text)).bytes
  } catch {
    return undefined
  }
}
