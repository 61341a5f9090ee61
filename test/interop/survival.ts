import { until } from '../support/until.ts'
import { sees } from './exchange.ts'
import type { Step, World } from './exchange.ts'
import type { Participant } from './participant.ts'

/** Those who follow each other go on doing so while our server is killed, without a warning, at bad moments. */
export const ordeals: readonly Step[] = [
  { name: 'our post reaches it though we are killed right after it', run: killAfterPost },
  { name: 'our post reaches it though we are killed before anything was sent', run: killBeforeDelivery },
]

/** For strangers who try again when nobody answers. */
export const absence: Step = { name: 'its post from while we were down reaches us', run: missPost }

async function killAfterPost({ instance, ours, theirs }: World): Promise<void> {
  const uri = await ours.post('Right after')
  await instance.kill9()
  await instance.start()
  await sees(theirs, uri)
}

async function killBeforeDelivery({ instance, ours, theirs }: World): Promise<void> {
  process.kill(instance.pid, 'SIGSTOP')
  const uri = await ours.post('Long before')
  await instance.kill9()
  await instance.start()
  await sees(theirs, uri)
}

async function missPost({ instance, ours, theirs }: World): Promise<void> {
  await instance.kill9()
  const failures = countFailures(theirs)
  const uri = await theirs.post('Nobody home?')
  await until('it to fail', () => countFailures(theirs) > failures, { explain: theirs.log })
  await instance.start()
  await sees(ours, uri)
}

/** Deliveries that the stranger put back into its queue. */
function countFailures(stranger: Participant): number {
  return stranger.log().match(/requeu/g)?.length ?? 0
}
