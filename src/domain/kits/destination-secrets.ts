import type { Context } from '../../context.ts'

/** What is needed to get to a destination, wrapped for rest. @param secret plain JSON */
export function sealDestination(
  { keyring }: Pick<Context, 'keyring'>,
  destinationId: string,
  secret: object,
): Buffer {
  return keyring.wrap(purposeOf(destinationId), Buffer.from(JSON.stringify(secret)))
}

/** @throws Error when the root secret is not the one that wrapped it */
export function openDestination(
  { keyring }: Pick<Context, 'keyring'>,
  destinationId: string,
  wrapped: Buffer,
): unknown {
  return JSON.parse(keyring.unwrap(purposeOf(destinationId), wrapped).toString())
}

function purposeOf(destinationId: string): string {
  return `kit-destination:${destinationId}`
}
