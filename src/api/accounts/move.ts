import type { Context } from '../../context.ts'
import { getAccount } from '../../domain/accounts/get-account.ts'
import { chooseAliases } from '../../domain/moving/choose-aliases.ts'
import { moveAccount } from '../../domain/moving/move-account.ts'
import type { Actor } from '../../store/actors.ts'
import { ApiError } from '../errors.ts'
import { read, text, texts } from '../input.ts'
import { requirePassword } from '../require-password.ts'
import { answer, type Call } from '../route.ts'
import { presentCredentials } from './show-credentials.ts'

/** GoToSocial's `POST /api/v1/accounts/alias`: `also_known_as_uris` are all the aliases that there are from now on. */
export async function changeAliases(ctx: Context, { viewer, input }: Call<Actor>) {
  if (input['also_known_as_uris'] === undefined) throw new ApiError(422, 'also_known_as_uris is missing')
  const { also_known_as_uris: uris } = read(input, { also_known_as_uris: texts(100, 2000) })
  const names = uris.map((uri) => uri.trim()).filter((uri) => uri !== '')
  await chooseAliases(ctx, viewer, names)
  return presentCredentials(ctx, await getAccount(ctx, viewer.username))
}

/** GoToSocial's `POST /api/v1/accounts/move`: `password` and `moved_to_uri`. What follows takes its time: 202. */
export async function moveOwnAccount(ctx: Context, call: Call<Actor>) {
  const { moved_to_uri: uri } = read(call.input, { moved_to_uri: text(2000) })
  if (uri === undefined) throw new ApiError(422, 'moved_to_uri is missing')
  await requirePassword(ctx, call)
  await moveAccount(ctx, call.viewer, uri.trim(), { ip: call.request.ip })
  return answer({}, { status: 202 })
}
