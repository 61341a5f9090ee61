import { isDeepStrictEqual } from 'node:util'
import { DomainError } from '../../lib/errors.ts'
import { kitHeader, kitLimits } from '../kits/kit-format.ts'
import { splitLines } from '../kits/split-lines.ts'

const headerBytes = 8192
const protectedHeaderBytes = 1024

/**
 * Passes on the lines of a kit, and nothing else: a header without anything that its format does not know, then what is
 * encrypted. What it says is not looked at, and could not be.
 * @throws DomainError `invalid`
 */
export async function* passKit(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let lines = 0
  for await (const line of splitLines(source, { line: kitLimits.lineBytes, file: kitLimits.fileBytes })) {
    const isFit = lines === 0 ? isHeader(line) : isSealed(line)
    if (!isFit || lines > kitLimits.parts) throw notKit()
    lines += 1
    yield `${line}\n`
  }
  if (lines < 2) throw notKit()
}

function isHeader(line: string): boolean {
  if (line.length > headerBytes) return false
  const content = parseJson(line)
  const header = kitHeader.safeParse(content)
  return header.success && isDeepStrictEqual(header.data, content) && isLockedKey(header.data.locked_key)
}

/** A compact JWE without an encrypted key of its own: https://www.rfc-editor.org/rfc/rfc7516#section-3.1 */
function isLockedKey(text: string): boolean {
  const parts = /^([\w-]+)\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/.exec(text)
  return parts?.[1] !== undefined && isProtected(parts[1], 'dir')
}

function isSealed(line: string): boolean {
  const parts = /^([\w-]+)\.[\w-]{54}\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/.exec(line)
  return parts?.[1] !== undefined && isProtected(parts[1], 'ECDH-ES+A256KW')
}

/** What stands in clear before what is sealed. */
function isProtected(text: string, algorithm: string): boolean {
  if (text.length > protectedHeaderBytes) return false
  const header = parseJson(Buffer.from(text, 'base64url').toString())
  if (typeof header !== 'object' || header === null || 'zip' in header) return false
  return 'alg' in header && header.alg === algorithm && 'enc' in header && header.enc === 'A256GCM'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function notKit(): DomainError {
  return new DomainError('invalid', 'This is not a recovery kit.')
}
