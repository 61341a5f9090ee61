import { route, type Route } from '../route.ts'
import { showInstance, showInstanceV1 } from './show-instance.ts'
import { showActivity, showDomainBlocks, showPeers } from './show-network.ts'
import { showExtendedDescription, showPrivacyPolicy, showRules, showTerms } from './show-texts.ts'

const open = { method: 'GET', access: 'anybody', scopes: [] } as const

/** What this place is. */
export const instanceRoutes: readonly Route[] = [
  route({ ...open, path: '/api/v1/instance', handle: showInstanceV1 }),
  route({ ...open, path: '/api/v2/instance', handle: showInstance }),
  route({ ...open, path: '/api/v1/instance/rules', handle: showRules }),
  route({ ...open, path: '/api/v1/instance/extended_description', handle: showExtendedDescription }),
  route({ ...open, path: '/api/v1/instance/privacy_policy', handle: showPrivacyPolicy }),
  route({ ...open, path: '/api/v1/instance/terms_of_service', handle: showTerms }),
  route({ ...open, path: '/api/v1/instance/terms_of_service/:date', handle: showTerms }),
  route({ ...open, path: '/api/v1/instance/peers', handle: showPeers }),
  route({ ...open, path: '/api/v1/instance/activity', handle: showActivity }),
  route({ ...open, path: '/api/v1/instance/domain_blocks', handle: showDomainBlocks }),
  // Nothing is translated here, from any language.
  route({ ...open, path: '/api/v1/instance/translation_languages', handle: async () => ({}) }),
]
