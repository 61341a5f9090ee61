import { signCavage } from '../../../src/lib/signatures/cavage.ts'
import { groupHeaders } from '../../../src/lib/signatures/headers.ts'
import { generateEd25519KeyPair, generateRsaKeyPair } from '../../../src/lib/signatures/keys.ts'
import { parseSignature } from '../../../src/lib/signatures/parse.ts'
import { signRfc9421 } from '../../../src/lib/signatures/rfc9421.ts'
import { isProblem } from '../../../src/lib/signatures/types.ts'
import type { ParsedSignature, SignedRequestParts } from '../../../src/lib/signatures/types.ts'

export const rsa = await generateRsaKeyPair()
export const otherRsa = await generateRsaKeyPair()
export const ed25519 = await generateEd25519KeyPair()

export const now = new Date('2026-11-21T12:00:00Z')
export const keyId = 'https://theirs.test/users/alice#main-key'
export const body = Buffer.from('{"type":"Follow"}')
export const url = 'https://ours.test/inbox?x=1'

/** A signing request with everything that both styles need. */
export const signing = { method: 'POST', url, keyId, privateKey: rsa.privateKey, date: now, body }

/** The headers of that request, signed in either style. */
export const cavage = await signCavage(signing)
export const rfc9421 = await signRfc9421(signing)

type Headers = Readonly<Record<string, string | readonly string[]>>

/** The request as Node would hand it over, were `headers` sent to `POST /inbox?x=1` here. */
export function receive(headers: Headers, changes: Partial<SignedRequestParts> = {}): SignedRequestParts {
  const raw = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]))
  return {
    method: 'POST',
    target: '/inbox?x=1',
    origins: ['https://ours.test'],
    headers: groupHeaders(raw),
    ...changes,
  }
}

/** The valid cavage request with its Signature header changed. */
export function withCavage(change: (signature: string) => string): SignedRequestParts {
  return receive({ ...cavage, signature: change(cavage['signature']!) })
}

/** The valid RFC 9421 request with its Signature-Input header changed. */
export function withInput(change: (input: string) => string): SignedRequestParts {
  return receive({ ...rfc9421, 'signature-input': change(rfc9421['signature-input']!) })
}

/** The parsed signature, where the test is about something later. */
export function parsed(request: SignedRequestParts, at = now): ParsedSignature {
  const result = parseSignature(request, at)
  if (isProblem(result)) throw new Error(`${result.problem}: ${result.message}`)
  return result
}

/** The code word of the problem, or undefined when the request is fine. */
export function problemOf(request: SignedRequestParts, at = now): string | undefined {
  const result = parseSignature(request, at)
  return isProblem(result) ? result.problem : undefined
}

export function minutes(count: number): Date {
  return new Date(now.getTime() + count * 60_000)
}
