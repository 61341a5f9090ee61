import { route, type Route } from '../route.ts'
import { createReport } from './create-report.ts'

export const reportRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/reports',
    access: 'member',
    scopes: ['write:reports'],
    handle: createReport,
  }),
]
