import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { TextDecoderStream } from 'node:stream/web'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { DomainError } from '../../lib/errors.ts'
import { arrange, guessKind, readHeader } from './columns.ts'
import { importLimits, type ImportKind } from './kinds.ts'
import { readFilters } from './read-filters.ts'
import { readDomain, readHandle, readUri, type Home, type Subject } from './read-subject.ts'

/** A row of a file: `data` is a list of its cells as JSON, in the order of its kind. */
export type ParsedRow = Subject & { readonly data: string; readonly problem: string | undefined }

/** A file on this machine, by the name that its member gave it. */
export type BroughtFile = { readonly path: string; readonly name: string }

export type OpenedFile = {
  readonly kind: ImportKind
  rows(): AsyncIterable<ParsedRow>
}

const followersProblem =
  'Nobody can be made to follow you by a file: they must follow you by themselves, or be moved by their servers. Bring whom you follow instead, or use a recovery kit.'

/**
 * Finds out what a file holds, and reads it row by row.
 * @param kind as the member says; else it is guessed
 * @throws DomainError `invalid` for what is no such file, also while it is read
 */
export async function openFile(file: BroughtFile, kind: string | undefined, home: Home): Promise<OpenedFile> {
  const isJson = await requireText(file)
  if (isJson && (kind ?? 'filters') === 'filters') return openFilters(file)
  const chosen = kind ?? guessKind(file.name, await readFirstRow(file))
  if (chosen === undefined)
    throw new DomainError(
      'invalid',
      'Whether this is followed, blocked or muted cannot be seen: say what it is.',
    )
  if (chosen === 'followers') throw new DomainError('invalid', followersProblem)
  if (chosen === 'filters')
    throw new DomainError('invalid', 'Filters are brought as custom_filters.json, as Mastodon writes it.')
  const known = chosen as Exclude<ImportKind, 'filters'>
  return { kind: known, rows: () => readRows(file, known, home) }
}

async function openFilters({ path }: BroughtFile): Promise<OpenedFile> {
  const { size } = await stat(path)
  if (size > importLimits.filtersBytes)
    throw new DomainError('invalid', 'A file of filters has at most 1 MiB.')
  const rows = readFilters((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''))
  return {
    kind: 'filters',
    async *rows() {
      yield* rows
    },
  }
}

/** @returns whether it is JSON, by its first character. @throws DomainError `invalid` */
async function requireText({ path }: BroughtFile): Promise<boolean> {
  const { size } = await stat(path)
  if (size === 0) throw new DomainError('invalid', 'The file is empty.')
  if (size > importLimits.fileBytes) throw new DomainError('invalid', 'A file has at most 20 MiB.')
  await using handle = await open(path)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
  const start = buffer.subarray(0, bytesRead)
  if (start.includes(0)) throw notText()
  return /^[[{]/.test(
    start
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart(),
  )
}

function notText(cause?: unknown): DomainError {
  return new DomainError('invalid', 'The file is not text in UTF-8.', { cause })
}

async function readFirstRow(file: BroughtFile): Promise<string[]> {
  for await (const cells of readCells(file)) return cells
  throw new DomainError('invalid', 'The file holds no rows.')
}

async function* readRows(
  file: BroughtFile,
  kind: Exclude<ImportKind, 'filters'>,
  home: Home,
): AsyncIterable<ParsedRow> {
  let header: ReturnType<typeof readHeader>
  let isFirst = true
  let count = 0
  for await (const cells of readCells(file)) {
    if (isFirst) header = readHeader(cells)
    const isHeading = isFirst && header !== undefined
    isFirst = false
    if (isHeading) continue
    if (++count > importLimits.rows) throw tooMany()
    yield readRow(kind, arrange(kind, cells, header), home)
  }
}

function readRow(kind: Exclude<ImportKind, 'filters'>, cells: readonly string[], home: Home): ParsedRow {
  const found = readNamed(kind, cells, home)
  const data = JSON.stringify(cells)
  if ('problem' in found) return { data, subject: '', host: '', problem: found.problem }
  return { data, ...found, problem: undefined }
}

function readNamed(
  kind: Exclude<ImportKind, 'filters'>,
  cells: readonly string[],
  home: Home,
): Subject | { problem: string } {
  const [first = '', second = ''] = cells
  if (kind === 'domain_blocks') return readDomain(first) ?? { problem: 'This is no domain.' }
  if (kind === 'bookmarks') return readUri(first, home) ?? { problem: 'This is no address of a post.' }
  if (kind === 'lists' && (first === '' || Array.from(first).length > 255))
    return { problem: 'A list has a title of at most 255 characters.' }
  const handle = readHandle(kind === 'lists' ? second : first, home)
  return handle ?? { problem: 'This is no address like name@domain.' }
}

/** @throws DomainError `invalid` */
async function* readCells({ path }: BroughtFile): AsyncIterable<string[]> {
  const text = Readable.toWeb(createReadStream(path)).pipeThrough(
    new TextDecoderStream('utf-8', { fatal: true }),
  )
  const parser = parse({
    bom: true,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    skipRecordsWithEmptyValues: true,
    maxRecordSize: importLimits.lineBytes,
  })
  const source = Readable.fromWeb(text as never)
  source.on('error', (error) => parser.destroy(error))
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<string[]>) {
      if (cells.some((cell) => cell.includes('\0'))) throw notText()
      yield cells
    }
  } catch (error) {
    throw explain(error)
  } finally {
    source.destroy()
  }
}

function tooMany(): DomainError {
  return new DomainError('invalid', 'The file has more than 100,000 rows: bring it in parts.')
}

function explain(error: unknown): unknown {
  if (error instanceof TypeError) return notText(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new DomainError('invalid', 'The file has a line of more than 16 KiB.', { cause: error })
  return code.startsWith('CSV_') || code.startsWith('INVALID_')
    ? new DomainError('invalid', 'The file is no CSV: a quote in it is not closed.', { cause: error })
    : error
}
