import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { once } from 'node:events'
import type { Context } from '../../../context.ts'
import type { Attachment } from '../../../db/json.ts'
import { DomainError } from '../../../lib/errors.ts'
import type { Actor } from '../../../store/actors.ts'
import type { AttachmentDraft, NoteDraft } from '../../drafts.ts'
import { fetchRemoteMedia, mediaLimits } from '../../media/fetch-remote-media.ts'
import { WorkDirectory } from '../../media/keep-files.ts'
import { describeNote } from '../../statuses/describe-note.ts'
import type { Asking } from './ask-elsewhere.ts'
import { keepMedia } from './keep-media.ts'
import { asRefusal } from './open-source.ts'
import { insideOrigin, type ArchiveSource } from './source.ts'

export type BroughtMedia = { readonly attachments: Attachment[]; readonly problems: string[] }

/**
 * What a post carries, kept here: from the archive, or from where it is as long as that answers. What cannot be had from
 * elsewhere stays a link to there; what the archive should hold and does not is left out.
 */
export async function bringMedia(
  ctx: Context,
  account: Actor,
  { source, asking }: { readonly source: Pick<ArchiveSource, 'fileOf'>; readonly asking: Asking },
  note: NoteDraft,
): Promise<BroughtMedia> {
  const brought: BroughtMedia = { attachments: [], problems: [] }
  for (const draft of note.attachments) {
    const kept = await orProblem(brought, bringOne(ctx, account, { source, asking }, draft))
    if (kept !== undefined) brought.attachments.push(kept)
    else if (!draft.url.startsWith(`${insideOrigin}/`))
      brought.attachments.push(...describeNote({ ...note, attachments: [draft] }).attachments)
  }
  return brought
}

async function orProblem(
  { problems }: BroughtMedia,
  work: Promise<Attachment | undefined>,
): Promise<Attachment | undefined> {
  try {
    return await work
  } catch (error) {
    const refusal = asRefusal(error)
    if (!(refusal instanceof DomainError)) throw error
    problems.push(refusal.message)
    return undefined
  }
}

async function bringOne(
  ctx: Context,
  account: Actor,
  { source, asking }: { readonly source: Pick<ArchiveSource, 'fileOf'>; readonly asking: Asking },
  draft: AttachmentDraft,
): Promise<Attachment | undefined> {
  if (!draft.url.startsWith(`${insideOrigin}/`))
    return asking.knock(draft.url, () => fetchMedia(ctx, account, draft))
  const file = source.fileOf(draft.url)
  if (file === undefined) throw new DomainError('invalid', 'A file is missing from the archive.')
  return keepMedia(ctx, account, draft, file)
}

const fetchMs = 60_000

async function fetchMedia(ctx: Context, account: Actor, draft: AttachmentDraft): Promise<Attachment> {
  await using work = await WorkDirectory.create()
  const path = work.file('fetched')
  const stream = createWriteStream(path, { mode: 0o600 })
  try {
    const target = { begin: () => undefined, write: (chunk: Buffer) => write(stream, chunk) }
    const signal = AbortSignal.timeout(fetchMs)
    await fetchRemoteMedia(ctx, draft.url, { target, signal, limits: mediaLimits })
  } finally {
    stream.end()
    await once(stream, 'close')
  }
  const { size } = await stat(path)
  return await keepMedia(ctx, account, draft, { bytes: size, read: async () => createReadStream(path) })
}

async function write(stream: WriteStream, chunk: Buffer): Promise<void> {
  if (!stream.write(chunk)) await once(stream, 'drain')
}
