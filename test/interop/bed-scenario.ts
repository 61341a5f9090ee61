import assert from 'node:assert/strict'
import { startApex } from '../support/apex.ts'
import { BED } from '../support/bed.ts'
import { startInstance } from '../support/instance.ts'
import type { Instance } from '../support/instance.ts'
import { startSnac } from '../support/snac.ts'
import { startTlsFront } from '../support/tls.ts'
import { GUARDED, inTurn, together } from './bed-plan.ts'
import type { Outcome, Stranger } from './bed-plan.ts'
import type { Step, World } from './exchange.ts'
import { makeOurParticipant } from './ours.ts'
import { apexAsParticipant, snacAsParticipant } from './strangers.ts'

// Runs in the bed: lives through the plan with each stranger, our server set up as in production, and prints how
// every step went. Arguments: the bed's directory, and where snac2 is unpacked, if it is.

const PRODUCTION = {
  ORIGIN: 'https://ours.test',
  ALLOW_PRIVATE_ADDRESS: 'false',
  TRUSTED_PROXIES: '127.0.0.1',
}

type Meeting = World & { readonly stranger: Stranger }

const [dir = '', snacRoot] = process.argv.slice(2)
process.once('SIGTERM', () => process.exit(143))
// Standard output is for outcomes, and activitypub-express talks there.
console.log = console.error
await play()

async function play(): Promise<void> {
  await using belongings = new AsyncDisposableStack()
  const instance = belongings.use(await startInstance({ env: PRODUCTION }))
  belongings.use(await startTlsFront(dir, BED['ours.test'], instance.port))
  const meetings = [await meetApex(instance, belongings)]
  if (snacRoot) meetings.push(await meetSnac(instance, belongings, snacRoot))
  await Promise.all(meetings.map((meeting) => runSteps(meeting, together[meeting.stranger])))
  for (const meeting of meetings) await runSteps(meeting, inTurn)
}

async function meetApex(instance: Instance, belongings: AsyncDisposableStack): Promise<Meeting> {
  const apex = belongings.use(await startApex({ origin: 'https://theirs.test' }))
  belongings.use(await startTlsFront(dir, BED['theirs.test'], apex.port))
  const ours = await makeOurParticipant(instance, 'alice')
  const theirs = apexAsParticipant(await apex.createActor('bob'), apex)
  await tell('activitypub-express', GUARDED, async () => {
    await assert.rejects(ours.follow({ ...theirs, actor: `http://127.0.0.1:${apex.port}/u/bob` }))
    assert.equal(apex.log(), '')
  })
  return { stranger: 'activitypub-express', instance, ours, theirs }
}

async function meetSnac(
  instance: Instance,
  belongings: AsyncDisposableStack,
  root: string,
): Promise<Meeting> {
  const snac = belongings.use(await startSnac({ root, host: 'snac.test' }))
  belongings.use(await startTlsFront(dir, BED['snac.test'], snac.port))
  const ours = await makeOurParticipant(instance, 'ada')
  const theirs = snacAsParticipant(await snac.addUser('bob'), snac)
  return { stranger: 'snac2', instance, ours, theirs }
}

async function runSteps(meeting: Meeting, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await tell(meeting.stranger, step.name, () => step.run(meeting))
}

async function tell(stranger: Stranger, step: string, run: () => Promise<void>): Promise<void> {
  const error = await run().then(
    () => null,
    (cause: Error) => cause.stack ?? String(cause),
  )
  process.stdout.write(`${JSON.stringify({ stranger, step, error } satisfies Outcome)}\n`)
}
