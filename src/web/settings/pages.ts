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

/** Every page of the settings, in the order in which the overview lists them. */
export const settingsPages: readonly SettingsPage[] = [
  profilePage,
  accountPage,
  appsPage,
  kitPage,
  copiesPage,
  recoverPage,
  recoveryPage,
  movingPage,
  exportPage,
  importPage,
  lockersPage,
  deletePage,
]
