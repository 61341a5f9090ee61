import { absentRoutes } from './absent/routes.ts'
import { collectionRoutes } from './collections/routes.ts'
import { reportRoutes } from './reports/routes.ts'
import { searchRoutes } from './search/routes.ts'
import { tagRoutes } from './tags/routes.ts'
import { accountRoutes } from './accounts/routes.ts'
import { kitRoutes } from './kit/routes.ts'
import { listRoutes } from './lists/routes.ts'
import { conversationRoutes } from './conversations/routes.ts'
import { filterRoutes } from './filters/routes.ts'
import { instanceRoutes } from './instance/routes.ts'
import { mediaRoutes } from './media/routes.ts'
import { miscRoutes } from './misc/routes.ts'
import { notificationRoutes } from './notifications/routes.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { pollRoutes } from './polls/routes.ts'
import { announcementRoutes } from './announcements/routes.ts'
import { pushRoutes } from './push/routes.ts'
import type { Route } from './route.ts'
import { portabilityRoutes } from './portability/routes.ts'
import { profileRoutes } from './profile/routes.ts'
import { scheduledRoutes } from './scheduled/routes.ts'
import { recoveryRoutes } from './recoveries/routes.ts'
import { statusRoutes } from './statuses/routes.ts'
import { timelineRoutes } from './timelines/routes.ts'
import { trendRoutes } from './trends/routes.ts'

/** Everything that apps may ask. A line says who may: there is no default. */
export const routes: readonly Route[] = [
  ...oauthRoutes,
  ...searchRoutes,
  ...tagRoutes,
  ...reportRoutes,
  ...accountRoutes,
  ...profileRoutes,
  ...portabilityRoutes,
  ...kitRoutes,
  ...recoveryRoutes,
  ...listRoutes,
  ...instanceRoutes,
  ...mediaRoutes,
  ...miscRoutes,
  ...statusRoutes,
  ...scheduledRoutes,
  ...pollRoutes,
  ...timelineRoutes,
  ...conversationRoutes,
  ...filterRoutes,
  ...trendRoutes,
  ...collectionRoutes,
  ...absentRoutes,
  ...notificationRoutes,
  ...pushRoutes,
  ...announcementRoutes,
]
