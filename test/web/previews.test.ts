import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Attachment } from '../../src/db/json.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findMarkupProblems } from './check-markup.ts'
import { startSite, type Site } from './site.ts'

let site: Site
let pia: Actor

beforeAll(async () => {
  site = await startSite()
  pia = await site.addPerson('pia')
})
afterAll(() => site?.[Symbol.asyncDispose]())

const reef: Attachment = {
  ...{
    url: '/media/reef.webp',
    previewUrl: '/media/small.webp',
    mediaType: 'image/webp',
    description: 'A "reef"',
  },
  ...{ width: 1200, height: 800, blurhash: null, focalPoint: null, mediaId: '1' },
}
const clip: Attachment = { ...reef, url: '/media/clip.mp4', mediaType: 'video/mp4', isLoop: true }

async function show(source: string, attachments: readonly Attachment[], sensitive = false): Promise<string> {
  const id = await site.addPost(pia, source, { attachments: JSON.stringify(attachments), sensitive })
  const { text } = await site.get(`/@pia/${id}`)
  expect(findMarkupProblems(text)).toEqual([])
  return text
}

test('A picture is shown wherever its post is linked, and stands for what is not said', async () => {
  const text = await show('', [reef])
  const address = `${site.ctx.config.origin}/media/reef.webp`
  expect(text).toContain(`<meta property="og:image" content="${address}">`)
  expect(text).toContain('<meta property="og:image:width" content="1200">')
  expect(text).toContain('<meta property="og:image:alt" content="A &#34;reef&#34;">')
  expect(text).toContain('<meta property="og:description" content="A &#34;reef&#34;">')
  expect(text).toContain('<meta name="twitter:card" content="summary_large_image">')
  expect(text).toContain('src="/media/reef.webp"')
})

test('A video is shown with the picture that stands for it, and goes round where it is to', async () => {
  const text = await show('Look', [clip])
  expect(text).toContain(`property="og:video" content="${site.ctx.config.origin}/media/clip.mp4"`)
  expect(text).toContain('property="og:video:type" content="video/mp4"')
  expect(text).toContain(`property="og:image" content="${site.ctx.config.origin}/media/small.webp"`)
  expect(text).toContain(' loop muted controls')
})

test('What not everybody wants to see is not shown beside links', async () => {
  const text = await show('', [reef], true)
  expect(text).not.toContain('og:image')
  expect(text).not.toMatch(/<meta[^>]*reef/)
  expect(text).toContain('<meta name="twitter:card" content="summary">')
})

test('A page of somebody with a face shows it beside links', async () => {
  const changes = { iconUrl: '/media/pia.webp', iconDescription: 'Pia' }
  await site.ctx.db.updateTable('accounts').set(changes).where('id', '=', pia.id).execute()
  const { text } = await site.get('/@pia')
  expect(text).toContain(`property="og:image" content="${site.ctx.config.origin}/media/pia.webp"`)
  expect(text).toContain('<meta property="og:image:alt" content="Pia">')
})
