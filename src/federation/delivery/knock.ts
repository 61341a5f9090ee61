import type { Context } from '../../context.ts'
import type { SignatureStyle } from '../../store/hosts.ts'
import type { Answer } from './judge.ts'

/** Whom a request goes to, and what is known of how they take signatures. */
export type Door = {
  readonly host: string
  /** How the host took a signature the last time, if it ever did. */
  readonly remembered: SignatureStyle | null
  /** How often this delivery was tried before. */
  readonly attempts: number
}

/** `style`: how the host took the signature, if it did. */
export type Knocked = { readonly answer: Answer; readonly style: SignatureStyle | null }

/** What is left must be enough for an answer. */
const leastMs = 1000

/**
 * Sends a signed request in the style that the host took before, else as draft-cavage, which everybody understands;
 * snac2 takes RFC 9421 for no signature at all and says nothing. A host that refuses the signature is asked once more in
 * the other style. What it asks for in `Accept-Signature` changes nothing.
 * @param post sends within so many milliseconds; both requests together take no longer than `timeoutMs`
 * @returns the second answer when the host took it or may do so later, else the first: that one is about the message
 */
export async function knock(
  { log }: Pick<Context, 'log'>,
  door: Door,
  post: (style: SignatureStyle, timeoutMs: number) => Promise<Answer>,
  timeoutMs: number,
): Promise<Knocked> {
  const begin = performance.now()
  const style = door.remembered ?? 'cavage'
  const first = await post(style, timeoutMs)
  if (isTaken(first)) return { answer: first, style }
  const leftMs = timeoutMs - (performance.now() - begin)
  if (!refusesStyle(first, door) || leftMs < leastMs) return { answer: first, style: null }
  const other = otherStyle(style)
  log.info(
    { host: door.host, status: first.status, style, other },
    'A host refused a signature: knocking again',
  )
  const second = await post(other, leftMs)
  if (isTaken(second)) return { answer: second, style: other }
  return { answer: isFinal(second) ? first : second, style: null }
}

export function otherStyle(style: SignatureStyle): SignatureStyle {
  return style === 'cavage' ? 'rfc9421' : 'cavage'
}

/**
 * Whether the style may be why: 401, or 400, as some answer to a signature that they do not understand. A host that
 * took draft-cavage before must have said so twice.
 */
function refusesStyle(answer: Answer, { remembered, attempts }: Door): answer is Answer & { status: number } {
  if (!('status' in answer)) return false
  if (remembered === 'cavage') return answer.status === 401 && attempts > 0
  return answer.status === 401 || answer.status === 400
}

function isTaken(answer: Answer): boolean {
  return 'status' in answer && answer.status >= 200 && answer.status < 300
}

function isFinal(answer: Answer): boolean {
  return 'status' in answer && answer.status < 500 && answer.status !== 408 && answer.status !== 429
}
