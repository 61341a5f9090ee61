import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { overrides, type Documented } from './openapi-overrides.ts'

/**
 * Mastodon's OpenAPI as https://github.com/abraham/mastodon-openapi writes it, where the checkout has it beside it:
 * it is generated from documentation under the GFDL, and so is no part of this repository.
 */
export const openApiFile = join(
  import.meta.dirname,
  '../../../shared/evidence/client-api/mastodon-openapi.json',
)

type Document = Pick<Documented, 'components'> & {
  paths: Record<string, Record<string, { responses: Answers }>>
}
type Answers = Record<string, { content?: Record<string, { schema?: object }> }>
type OpenApi = {
  readonly document: Document
  readonly ajv: Ajv2020
  readonly validators: Map<string, Validator>
}
type Validator = ValidateFunction | undefined

let loaded: OpenApi | undefined

/**
 * Where a body differs from what Mastodon documents for a request.
 * @param line a line of the table of routes: `GET /api/v1/statuses/:id`
 * @returns undefined where it does not, where nothing is documented, and where the document is not at hand
 */
export function differenceFromOpenApi(line: string, status: number, body: unknown): string | undefined {
  if (!existsSync(openApiFile)) return undefined
  loaded ??= load()
  const validate = validatorOf(loaded, line, status)
  if (validate === undefined || validate(body)) return undefined
  return loaded.ajv.errorsText(validate.errors, { separator: '\n' })
}

function normalize(line: string): string {
  return line.replaceAll(/\{\w+\}|:\w+/g, ':')
}

function load(): OpenApi {
  const document = JSON.parse(readFileSync(openApiFile, 'utf8')) as Document
  for (const { change } of overrides) change(document)
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
  formats.default(ajv)
  ajv.addFormat('iso-639-1', /^[a-z]{2,3}(-[A-Za-z]+)*$/)
  ajv.addSchema(document, 'mastodon')
  return { document, ajv, validators: new Map() }
}

function validatorOf(api: OpenApi, line: string, status: number): Validator {
  const key = `${normalize(line)} ${status}`
  if (!api.validators.has(key)) api.validators.set(key, compile(api, normalize(line), status))
  return api.validators.get(key)
}

function compile({ document, ajv }: OpenApi, line: string, status: number): Validator {
  for (const [path, verbs] of Object.entries(document.paths)) {
    for (const [verb, { responses }] of Object.entries(verbs)) {
      if (normalize(`${verb.toUpperCase()} ${path}`) !== line) continue
      if (responses[status]?.content?.['application/json']?.schema === undefined) return undefined
      const pointer = [
        'paths',
        path,
        verb,
        'responses',
        String(status),
        'content',
        'application/json',
        'schema',
      ]
      const escaped = pointer.map((part) =>
        encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
      )
      return ajv.compile({ $ref: `mastodon#/${escaped.join('/')}` })
    }
  }
  return undefined
}
