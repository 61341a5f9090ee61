import type { Scope } from '../../domain/auth/scopes.ts'
import { exportNames, type ExportName } from '../../domain/exports/csv-files.ts'
import { route, type Route } from '../route.ts'
import { listOwnArchives, sendArchive, showArchive, startArchive } from './archives.ts'
import { showExport } from './exports.ts'
import {
  listOwnImports,
  showFailures,
  showImport,
  showRows,
  startImport,
  startImportAsGoToSocial,
  stopImport,
} from './imports.ts'

const readScopes: Readonly<Record<ExportName, Scope>> = {
  'following_accounts.csv': 'read:follows',
  'followers.csv': 'read:follows',
  'blocked_accounts.csv': 'read:blocks',
  'blocked_domains.csv': 'read:blocks',
  'muted_accounts.csv': 'read:mutes',
  'lists.csv': 'read:lists',
  'bookmarks.csv': 'read:bookmarks',
  'custom_filters.json': 'read:filters',
}

/** Whoever has moved away may still take everything along. */
const leaver = { access: 'member', evenWhen: ['moved'] } as const
const reader = { ...leaver, scopes: ['read:accounts'] } as const

/** One of these opens the line; the handler asks for the one that belongs to what the file holds. */
const writer = {
  access: 'member',
  scopes: [
    'write:follows',
    'write:blocks',
    'write:mutes',
    'write:lists',
    'write:bookmarks',
    'write:filters',
    'write:statuses',
  ],
} as const
const bringer = { ...writer, files: ['data'] } as const
const rowReader = {
  ...leaver,
  scopes: [
    'read:follows',
    'read:blocks',
    'read:mutes',
    'read:lists',
    'read:bookmarks',
    'read:filters',
    'read:statuses',
  ],
} as const

const imports = '/api/holdfast/v1/imports'
const archives = '/api/holdfast/v1/archives'
/** Together with the password. */
const archiver = { ...leaver, scopes: ['write:accounts'] } as const

/** What members take away and bring, as files. */
export const portabilityRoutes: readonly Route[] = [
  ...exportNames.map((name) => {
    const path = `/api/holdfast/v1/exports/${name}`
    return route({ method: 'GET', path, ...leaver, scopes: [readScopes[name]], handle: showExport(name) })
  }),
  route({ method: 'POST', path: archives, ...archiver, handle: startArchive }),
  route({ method: 'GET', path: archives, ...reader, handle: listOwnArchives }),
  route({ method: 'GET', path: `${archives}/:id`, ...reader, handle: showArchive }),
  route({ method: 'POST', path: `${archives}/:id/file`, ...archiver, handle: sendArchive }),
  route({ method: 'POST', path: imports, ...bringer, handle: startImport }),
  route({ method: 'POST', path: '/api/v1/import', ...bringer, handle: startImportAsGoToSocial }),
  route({ method: 'GET', path: imports, ...reader, handle: listOwnImports }),
  route({ method: 'GET', path: `${imports}/:id`, ...reader, handle: showImport }),
  route({ method: 'DELETE', path: `${imports}/:id`, ...writer, evenWhen: ['moved'], handle: stopImport }),
  route({ method: 'GET', path: `${imports}/:id/rows`, ...rowReader, handle: showRows }),
  route({ method: 'GET', path: `${imports}/:id/failures.csv`, ...rowReader, handle: showFailures }),
]
