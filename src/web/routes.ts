import express, { type Router } from 'express'
import type { Context } from '../context.ts'
import { textPaths } from '../domain/instance/text-paths.ts'
import { archiveRoutes } from './archives.ts'
import { sendAsset } from './assets.ts'
import { setPageHeaders } from './headers.ts'
import { allowReading } from './media-headers.ts'
import { routeMissingPictures } from './missing-pictures.ts'
import { accountTagPage } from './pages/account-tag.ts'
import { frontPage } from './pages/front.ts'
import { postPage } from './pages/post.ts'
import { profilePage } from './pages/profile.ts'
import { tagPage } from './pages/tag.ts'
import { privacyPage, termsPage } from './pages/texts.ts'
import { sendRemoteMedia } from './proxy.ts'
import { leadToPage, sendRobots, show } from './respond.ts'
import { settingsRoutes } from './settings/routes.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { signUpRoutes } from './sign-up/routes.ts'

/** Everything that people can look at. What is not there is thrown, for the app's last handler to show. */
export function webRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  router.options('/proxy/:mac/:url', allowReading)
  router.get('/proxy/:mac/:url', sendRemoteMedia(ctx))
  routeMissingPictures(router)
  router.use(setPageHeaders)
  router.use(signInRoutes(ctx))
  router.use(signUpRoutes(ctx))
  router.use(settingsRoutes(ctx))
  router.use(archiveRoutes(ctx))

  router.get('/', show(ctx, frontPage))
  router.get('/@:name', show(ctx, profilePage))
  router.get('/@:name/:id', show(ctx, postPage))
  router.get('/@:name/tagged/:tag', show(ctx, accountTagPage))
  router.get('/tags/:tag', show(ctx, tagPage))
  router.get(textPaths.privacyPolicy, show(ctx, privacyPage))
  router.get(textPaths.termsOfService, show(ctx, termsPage))

  router.get('/users/:name', leadToPage('name'))
  router.get('/users/:name/statuses/:id', leadToPage('name', 'id'))

  router.get('/robots.txt', sendRobots)
  router.get('/assets/:file', sendAsset)
  return router
}
