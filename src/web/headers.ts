import type { RequestHandler, Response } from 'express'

/** Nothing runs on our pages, nothing is loaded from elsewhere, and nobody frames them. */
const policies = [
  `default-src 'none'`,
  `style-src 'self'`,
  `img-src 'self'`,
  `media-src 'self'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
]
const contentSecurityPolicy = policies.join('; ')

const headers: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * The headers of everything that people read, error pages included: what may be kept says so itself. The same address
 * may answer programs with JSON.
 */
export const setPageHeaders: RequestHandler = (_request, response, next) => {
  response.set(headers)
  response.vary('Accept')
  next()
}

/**
 * For a page whose form leads to an app: Chromium holds `form-action` against where the answer leads as well, which for
 * an app on a telephone is an address of no web server.
 */
export function allowFormToLeave(response: Response): void {
  const others = policies.filter((policy) => !policy.startsWith('form-action'))
  response.set('Content-Security-Policy', others.join('; '))
}
