import express, { type Request, type RequestHandler } from 'express'
import { listFields, listFiles, readMultipart, type MultipartLimits } from '../lib/multipart.ts'
import { parseEncoded, parseFields } from './form.ts'
import type { UploadedFile } from './route.ts'
import { wellFormedObject } from './well-formed.ts'

/** What a body may be: `bytes` of JSON or of one string of parameters, or the parts of a form. */
type BodyLimits = MultipartLimits & { readonly bytes: number }

const kibibyte = 1024
const fileBytes = 100 * 1024 * kibibyte
const known: BodyLimits = { bytes: 1024 * kibibyte, fields: 200, fieldBytes: 256 * kibibyte, fileBytes }
const unknown: BodyLimits = { bytes: 128 * kibibyte, fields: 100, fieldBytes: 8 * kibibyte, fileBytes: 0 }

/**
 * Reads a body in any of the forms in which apps send one, also where there is none.
 * @param files the names of those that are kept until the answer; others are passed over
 * @param isKnown whether a member asks: others have less to say, and nowhere to put files
 */
export function readBody(files: readonly string[], isKnown: (request: Request) => boolean): RequestHandler[] {
  const ofKnown = parsers(known, files)
  const ofUnknown = parsers(unknown, [])
  return ofKnown.map((parser, index) => (request, response, next) => {
    const fitting = isKnown(request) ? parser : ofUnknown[index]!
    return fitting(request, response, next)
  })
}

function parsers(limits: BodyLimits, files: readonly string[]): RequestHandler[] {
  const { bytes: limit } = limits
  return [
    express.json({ limit, type: ['application/json', '*/*+json'], strict: false, reviver: keepDigits }),
    express.text({ limit, type: 'application/x-www-form-urlencoded' }),
    readMultipart(limits, (name) => files.includes(name)),
  ]
}

/** Mastodon.py writes ids as numbers, and a number here would lose their last digits. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isLossy = Number.isInteger(value) && !Number.isSafeInteger(value)
  return isLossy ? (context?.source ?? value) : value
}

/** The parameters in the address. */
export function readQuery(request: Pick<Request, 'originalUrl'>): Readonly<Record<string, unknown>> {
  const at = request.originalUrl.indexOf('?')
  return at < 0 ? {} : parseEncoded(request.originalUrl.slice(at + 1))
}

/**
 * All parameters as one object: the query, and over it the body.
 * @throws ApiError 400 for text that cannot be kept
 */
export function readInput(request: Request): Readonly<Record<string, unknown>> {
  return wellFormedObject({ ...readQuery(request), ...readFields(request) })
}

function readFields(request: Request): Readonly<Record<string, unknown>> {
  const fields = listFields(request)
  if (fields !== undefined) return parseFields(fields)
  const body: unknown = request.body
  if (typeof body === 'string') return parseEncoded(body)
  return isPlainObject(body) ? body : {}
}

/** The last of each name. */
export function readFiles(request: Request): Readonly<Record<string, UploadedFile>> {
  return Object.fromEntries(
    listFiles(request).map(({ fieldname, path, size, mimetype, originalname }) => [
      fieldname,
      { path, size, mediaType: mimetype, name: originalname },
    ]),
  )
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
