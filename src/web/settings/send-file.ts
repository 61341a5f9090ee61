import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { forThisBrowser } from '../forms.ts'

/** Answers a form with text that the browser saves, written as it is read. */
export async function sendTextFile(
  response: Response,
  name: string,
  pieces: AsyncIterable<string>,
): Promise<void> {
  response.status(200).set({
    'Cache-Control': forThisBrowser,
    'Content-Type': `${name.endsWith('.json') ? 'application/json' : 'text/csv'}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${name}"`,
  })
  await pipeline(Readable.from(pieces), response)
}
