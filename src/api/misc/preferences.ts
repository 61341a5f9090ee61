import type { Context } from '../../context.ts'
import { loadPostingDefaults } from '../../domain/accounts/posting-defaults.ts'
import type { Actor } from '../../store/actors.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/entities/Preferences/. How much to show is for each app to ask. */
export async function showPreferences(ctx: Context, { viewer }: Call<Actor>) {
  const { visibility, sensitive, language } = await loadPostingDefaults(ctx, viewer.id)
  return {
    'posting:default:visibility': visibility,
    'posting:default:sensitive': sensitive,
    'posting:default:language': language,
    'reading:expand:media': 'default',
    'reading:expand:spoilers': false,
  }
}
