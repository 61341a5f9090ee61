import { route, type Route } from '../route.ts'
import { showProfile, updateProfile } from './profile.ts'

const path = '/api/v1/profile'

export const profileRoutes: readonly Route[] = [
  route({ method: 'GET', path, access: 'member', scopes: ['read:accounts', 'profile'], handle: showProfile }),
  // Mastodon documents PATCH, and masto.js and Mastodon's own app for Android send PUT.
  route({
    method: ['PATCH', 'PUT'],
    path,
    access: 'member',
    scopes: ['write:accounts'],
    files: ['avatar', 'header'],
    handle: updateProfile,
  }),
]
