import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { moreEntities } from './more-entities.ts'

const schema = JSON.parse(
  readFileSync(new URL('./client-strict.schema.json', import.meta.url), 'utf8'),
) as Record<string, unknown>
const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema(schema)
ajv.addSchema(moreEntities)

/**
 * Whether a body is what the strictest apps decode.
 * @param entity a definition of `client-strict.schema.json` or `more-entities.ts`: `Status`, `Account`
 * @returns the body, so that a test may go on with it
 * @throws Error that names every place where it is not
 */
export function check<Body>(entity: string, body: Body): Body {
  const validate: ValidateFunction | undefined =
    ajv.getSchema(`client-strict#/$defs/${entity}`) ?? ajv.getSchema(`more#/$defs/${entity}`)
  if (validate === undefined) throw new Error(`The schema has no ${entity}`)
  if (!validate(body)) throw new Error(`${entity}: ${ajv.errorsText(validate.errors, { separator: '\n' })}`)
  return body
}

/** The same for every item of a list. */
export function checkAll<Body>(entity: string, bodies: readonly Body[]): readonly Body[] {
  if (!Array.isArray(bodies)) throw new Error(`A list of ${entity} is no list`)
  for (const body of bodies) check(entity, body)
  return bodies
}
