import type { Request, RequestHandler } from 'express'

/** How long a body may take to arrive, unless it is a file. */
const usualMs = 30_000

/** How long any request may take to arrive: some files are large, and some lines slow. */
export const longestMs = 3600_000

/** Where files come in: whoever sends one is asked who they are before any of it is read. */
const files = [
  /^PUT \/lockers\/\d+$/,
  /^POST \/settings\/(import|recover)\//,
  /^POST \/api\/v[12]\/media$/,
  /^POST \/api\/holdfast\/v1\/(imports|recoveries)(\/|$)/,
]

/** Ends requests whose body takes too long, so that a few slow ones do not take the place of everybody. */
export function limitPatience(ms = usualMs): RequestHandler {
  return (request, response, next) => {
    if (!hasBody(request) || isFile(request)) return next()
    const timer = setTimeout(() => {
      if (request.complete) return
      if (!response.headersSent) response.status(408).set('Connection', 'close').end()
      setTimeout(() => request.destroy(), 1000).unref()
    }, ms)
    timer.unref()
    const stop = (): void => clearTimeout(timer)
    request.once('close', stop)
    response.once('close', stop)
    next()
  }
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function isFile({ method, path }: Request): boolean {
  return files.some((each) => each.test(`${method} ${path}`))
}
