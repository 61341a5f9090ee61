import type { Context } from '../../context.ts'
import { vapidKeys } from '../../domain/push/vapid-keys.ts'
import type { App } from '../../store/apps.ts'

/** https://docs.joinmastodon.org/entities/Application/, with what older apps read there. */
export function presentApp(ctx: Context, app: App) {
  return {
    id: app.id,
    name: app.name,
    website: app.website,
    scopes: app.scopes,
    redirect_uris: app.redirectUris,
    redirect_uri: app.redirectUris.join('\n'),
    vapid_key: vapidKeys(ctx).publicKey,
  }
}
