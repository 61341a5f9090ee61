import { readFileSync } from 'node:fs'
import type { Router } from 'express'
import { missingAvatarPath, missingHeaderPath } from '../domain/accounts/missing-pictures.ts'

const files = { [missingAvatarPath]: 'missing-avatar.png', [missingHeaderPath]: 'missing-header.png' }

/** What stands for the pictures of those who have none, in apps of any origin. */
export function routeMissingPictures(router: Router): void {
  for (const [path, file] of Object.entries(files)) {
    const body = readFileSync(new URL(`./assets/${file}`, import.meta.url))
    router.get(path, (_request, response) => {
      response.set({
        'Access-Control-Allow-Origin': '*',
        'Cache-Control': 'public, max-age=604800',
        'Content-Type': 'image/png',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'X-Content-Type-Options': 'nosniff',
      })
      response.send(body)
    })
  }
}
