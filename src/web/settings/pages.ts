import { accountPage } from './account.ts'
import { appsPage } from './apps.ts'
import { deletePage } from './delete.ts'
import { movingPage } from './moving.ts'
import type { SettingsPage } from './page.ts'
import { profilePage } from './profile.ts'

/** Every page of the settings, in the order in which the overview lists them. */
export const settingsPages: readonly SettingsPage[] = [
  profilePage,
  accountPage,
  appsPage,
  movingPage,
  deletePage,
]
