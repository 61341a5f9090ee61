import { tmpdir } from 'node:os'
import { rm } from 'node:fs/promises'
import express, { type Request, type RequestHandler } from 'express'
import multer from 'multer'
import qs from 'qs'
import type { UploadedFile } from './route.ts'

const maxBytes = 1024 * 1024
const maxFileBytes = 100 * 1024 * 1024
const limits = { fileSize: maxFileBytes, files: 4, fields: 200, fieldSize: 256 * 1024, parts: 204 }

/** Rails' brackets (`fields[0][name]`, `id[]`), bounded in depth and number. */
const brackets = { depth: 5, arrayLimit: 200, parameterLimit: 1000, allowDots: false } as const

const strangersLimits = { fieldSize: 8 * 1024, fields: 100, parts: 100 }

/**
 * Reads a body in any of the forms in which apps send one, also where there is none.
 * @param mayUpload whether files are taken: whoever is not known has nowhere to put them
 */
export function readBody(mayUpload: (request: Request) => boolean): RequestHandler[] {
  const withFiles = multer({ dest: tmpdir(), limits }).any()
  const withoutFiles = multer({ limits: strangersLimits }).none()
  return [
    express.json({
      ...{ limit: maxBytes, type: ['application/json', '*/*+json'], strict: false },
      reviver: keepDigits,
    }),
    express.text({ limit: maxBytes, type: 'application/x-www-form-urlencoded' }),
    (request, response, next) => (mayUpload(request) ? withFiles : withoutFiles)(request, response, next),
    removeFilesAfterwards(),
  ]
}

/** Mastodon.py writes ids as numbers, and a number here would lose their last digits. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isLossy = Number.isInteger(value) && !Number.isSafeInteger(value)
  return isLossy ? (context?.source ?? value) : value
}

/** The parameters in the address. */
export function readQuery(request: Request): Readonly<Record<string, unknown>> {
  const at = request.originalUrl.indexOf('?')
  return at < 0 ? {} : qs.parse(request.originalUrl.slice(at + 1), brackets)
}

/** All parameters as one object: the query, and over it the body. */
export function readInput(request: Request): Readonly<Record<string, unknown>> {
  const query = readQuery(request)
  const body: unknown = typeof request.body === 'string' ? qs.parse(request.body, brackets) : request.body
  return { ...query, ...(isPlainObject(body) ? nest(body) : {}) }
}

/** Multipart fields come by their whole names: `poll[options][]`. */
function nest(body: Record<string, unknown>): Record<string, unknown> {
  const flat = Object.keys(body).some((key) => key.includes('['))
  return flat ? qs.parse(qs.stringify(body), brackets) : body
}

export function readFiles(request: Request): Readonly<Record<string, UploadedFile>> {
  const files = Array.isArray(request.files) ? request.files : []
  return Object.fromEntries(
    files.map(({ fieldname, path, size, mimetype, originalname }) => [
      fieldname,
      { path, size, mediaType: mimetype, name: originalname },
    ]),
  )
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function removeFilesAfterwards(): RequestHandler {
  return (request, response, next) => {
    response.once('close', () => {
      for (const { path } of Object.values(readFiles(request))) void rm(path, { force: true })
    })
    next()
  }
}
