import { decodeBase64 } from './base64.ts'
import { readPairs, readSeconds } from './pairs.ts'
import { problem } from './types.ts'
import type { Pairs } from './pairs.ts'
import type { SignatureClaim, SignatureProblem } from './types.ts'

/** One dictionary member: a label, an inner list, its parameters (RFC 8941 sections 3.2, 3.1.1, 3.1.2). */
const INPUT = /^([a-z*][a-z0-9_.*-]*)=(\(([^()]*)\)(.*))$/
const SIGNATURE = /^([a-z*][a-z0-9_.*-]*)=:([^:]*):$/
const PAIR = /;([a-z*][a-z0-9_.*-]*)=(?:"([ !#-[\]-~]*)"|(\d{1,15}))/y
/** Components with parameters (`;sf`, `;req`, ...) are not read: nobody here needs them. */
const COMPONENT = /^"([^"]+)"$/

const ALGORITHMS = { 'rsa-v1_5-sha256': 'rsa-sha256', ed25519: 'ed25519' } as const

/**
 * Reads `Signature-Input` and `Signature` (RFC 9421 section 4) with exactly one signature in them. Only the canonical
 * serialisation is read, which every serialiser emits: so the received text is the one that was signed.
 */
export function readRfc9421(inputHeader: string, signatureHeader: string): SignatureClaim | SignatureProblem {
  const input = readInput(inputHeader)
  const signature = input && readSignature(signatureHeader, input.label)
  if (!input || !signature) {
    return problem('malformed_signature', 'There must be one signature, over plain components, by one label.')
  }
  const { covered, params, pairs } = input
  const keyId = pairs.get('keyid')
  if (!keyId) return problem('malformed_signature', 'Signature-Input needs a keyid.')
  const algorithm = pairs.get('alg')
  if (algorithm !== undefined && algorithm !== 'rsa-v1_5-sha256' && algorithm !== 'ed25519') {
    return problem('unsupported_algorithm', 'The algorithm must be rsa-v1_5-sha256 or ed25519.')
  }
  return {
    style: 'rfc9421',
    keyId,
    algorithm: algorithm && ALGORITHMS[algorithm],
    covered,
    created: readSeconds(pairs, 'created'),
    expires: readSeconds(pairs, 'expires'),
    signature,
    params,
  }
}

type Input = {
  readonly label: string
  readonly covered: readonly string[]
  readonly pairs: Pairs
  /** The member's value as received. */
  readonly params: string
}

function readInput(header: string): Input | undefined {
  const [, label = '', params = '', list = '', pairList = ''] = INPUT.exec(header) ?? []
  const pairs = readPairs(pairList, PAIR)
  const covered = list.split(' ').map((item) => COMPONENT.exec(item)?.[1])
  return pairs && covered.every((name) => name !== undefined) ? { label, covered, pairs, params } : undefined
}

function readSignature(header: string, label: string): Buffer | undefined {
  const [, ownLabel, base64] = SIGNATURE.exec(header) ?? []
  return ownLabel === label ? decodeBase64(base64 ?? '') : undefined
}
