import { invalid } from './validation.ts'

/** @throws ApiError 422: what is to be posted later is not kept */
export function refuseToSchedule(scheduledAt: string | undefined): void {
  if (scheduledAt !== undefined) throw invalid('Posts cannot be scheduled here')
}
