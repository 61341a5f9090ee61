import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import type { Writable } from 'node:stream'
import type { Request, RequestHandler } from 'express'
import multer from 'multer'

/** A field of a form by its whole name, `poll[options][]`. */
export type FormField = readonly [name: string, value: string]

export type MultipartLimits = {
  readonly fields: number
  readonly fieldBytes: number
  readonly fileBytes: number
}

const maxFiles = 4

/** Of names: how many brackets follow one another, and the highest place in a list. */
const names = { fieldNestingDepth: 5, fieldArrayIndexLimit: 200 }

const fieldsOf = new WeakMap<IncomingMessage, FormField[]>()

/**
 * Reads `multipart/form-data`, and nothing of other bodies. Files lie in the temporary directory until the response is
 * closed, and those that are not asked for are passed over.
 * @param takes whether there is a use for a file of that name
 */
export function readMultipart(limits: MultipartLimits, takes: (name: string) => boolean): RequestHandler {
  const read = multer(describe(limits, takes)).any()
  return (request, response, next) => {
    let isOver = false
    const tidy = (): void => {
      for (const { path } of listFiles(request)) void rm(path, { force: true })
    }
    response.once('close', () => {
      isOver = true
      tidy()
    })
    void read(request, response, (error?: unknown) => {
      if (!isOver) return next(error)
      // Whoever hung up while the last file was written waits for no answer.
      tidy()
    })
  }
}

function describe({ fields, fieldBytes, fileBytes }: MultipartLimits, takes: (name: string) => boolean) {
  const numbers = { files: maxFiles, fields, parts: maxFiles + fields }
  return {
    dest: tmpdir(),
    limits: { ...numbers, ...names, fieldSize: fieldBytes, fileSize: fileBytes },
    fileFilter: (_request: Request, file: Express.Multer.File, answer: multer.FileFilterCallback) =>
      answer(null, takes(file.fieldname)),
    streamHandler: keepFields,
  }
}

/** Multer puts fields together by their names, and forgets in which order they came. */
function keepFields(request: IncomingMessage, parser: Writable): void {
  const fields: FormField[] = []
  fieldsOf.set(request, fields)
  parser.on('field', (name: string, value: string) => fields.push([name, value]))
  request.pipe(parser)
}

/** In the order of the body; none where it was of another kind. */
export function listFields(request: IncomingMessage): readonly FormField[] | undefined {
  return fieldsOf.get(request)
}

/** Those that are there as a whole. */
export function listFiles(request: Request): readonly Express.Multer.File[] {
  const files = Array.isArray(request.files) ? request.files : []
  return files.filter(({ path }) => path !== undefined)
}
