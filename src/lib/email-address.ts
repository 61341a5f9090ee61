import { domainToASCII } from 'node:url'

const local = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/**
 * An e-mail address in the one spelling in which we keep it, or undefined for what is none: the domain in lower case and
 * ASCII, the part before it as it was given. No quotes, comments, spaces or control characters, so that it can stand in a
 * header (https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1 for the lengths).
 */
export function readEmailAddress(text: string): string | undefined {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  if (at < 1 || trimmed.length > 320) return undefined
  const [name, domain] = [trimmed.slice(0, at), domainToASCII(trimmed.slice(at + 1).toLowerCase())]
  const labels = domain.split('.')
  const isDomain = domain.length <= 255 && labels.every((part) => label.test(part))
  return name.length <= 64 && local.test(name) && isDomain ? `${name}@${domain}` : undefined
}
