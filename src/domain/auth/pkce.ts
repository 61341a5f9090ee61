import { hash, timingSafeEqual } from 'node:crypto'

/** https://www.rfc-editor.org/rfc/rfc7636#section-4.2, by S256 alone. */
export function isChallenge(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** Whether whoever brings the verifier is who sent the challenge. None was sent: then none may be brought. */
export function answersChallenge(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false
  const [given, sent] = [hash('sha256', verifier, 'buffer'), Buffer.from(challenge, 'base64url')]
  return given.length === sent.length && timingSafeEqual(given, sent)
}
