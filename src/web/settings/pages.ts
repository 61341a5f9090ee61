import { accountPage } from './account.ts'
import { appsPage } from './apps.ts'
import { copiesPage } from './copies.ts'
import { deletePage } from './delete.ts'
import { lockersPage } from './lockers.ts'
import { kitPage } from './kit.ts'
import { movingPage } from './moving.ts'
import { exportPage } from './export.ts'
import { importPage } from './import.ts'
import type { SettingsPage } from './page.ts'
import { recoverPage } from './recover.ts'
import { recoveryPage } from './recovery.ts'
import { profilePage } from './profile.ts'

/** What the overview says of a page. */
export type Entry = Pick<SettingsPage, 'title' | 'about'> & { readonly path: string }

/** Pages under one heading of the overview. */
export type Group = { readonly heading: string; readonly entries: readonly (SettingsPage | Entry)[] }

const browsers: Entry = {
  path: '/auth/sessions',
  title: 'Browsers',
  about: 'Where you are signed in, and how to end it',
}

/** Everything in the settings, in the order in which the overview lists it. */
export const settingsGroups: readonly Group[] = [
  { heading: 'Account', entries: [profilePage, accountPage, appsPage, browsers, deletePage] },
  { heading: 'Moving and files', entries: [movingPage, exportPage, importPage] },
  { heading: 'Coming back', entries: [kitPage, copiesPage, recoverPage, recoveryPage, lockersPage] },
]

/** Every page of the settings. */
export const settingsPages: readonly SettingsPage[] = settingsGroups.flatMap(({ entries }) =>
  entries.filter((entry): entry is SettingsPage => 'show' in entry),
)
