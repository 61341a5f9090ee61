import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fixture } from '../software/fixture.ts'
import type { Json } from './read-support.ts'

export const fixtures = join(import.meta.dirname, '../../fixtures')

/** Documents that other projects test with lie beside this one, or nowhere. */
export const corpus = join(import.meta.dirname, '../../../../shared/corpus')

export type NamedDocument = [string, Json]

/** All JSON documents below a folder, by their names there; none where it is not there. */
export function documentsIn(folder: string): NamedDocument[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json])
}

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = JSON.stringify(publicKey.export({ type: 'spki', format: 'pem' }))

/** Of every conversation its people, what their server serves, and what they send. */
export function conversationsIn(folder: string): NamedDocument[] {
  return documentsIn(folder).flatMap(([file, json]) => {
    const withKeys = JSON.stringify(json).replaceAll('"PUBLIC KEY"', pem)
    const { people, served, steps } = JSON.parse(withKeys) as Fixture
    return [
      ...Object.entries(people).map(([name, document]): NamedDocument => [`${file}: ${name}`, document]),
      ...Object.entries(served).map(([url, document]): NamedDocument => [
        `${file}: ${new URL(url).pathname}`,
        document as Json,
      ]),
      ...steps.map(({ does, by, activity }): NamedDocument => [`${file}: ${by} ${does}`, activity]),
    ]
  })
}
