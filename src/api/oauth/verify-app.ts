import type { Context } from '../../context.ts'
import { findApp } from '../../store/apps.ts'
import { recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'
import { presentApp } from './present-app.ts'

/** https://docs.joinmastodon.org/methods/apps/#verify_credentials. A token from the command line is of no app. */
export async function verifyApp(ctx: Context, { token }: Call) {
  const appId = token?.appId ?? null
  const app = appId === null ? undefined : await findApp(ctx.db, appId)
  if (app === undefined) throw recordNotFound()
  return presentApp(ctx, app)
}
