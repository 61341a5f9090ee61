import { getAccount } from '../domain/accounts/get-account.ts'
import { vote } from '../domain/polls/vote.ts'
import { findPoll } from '../store/polls.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'
import { UsageError } from './usage-error.ts'

export const postsVote = defineCommand({
  path: ['posts', 'vote'],
  args: ['name', 'post', 'choice...'],
  options: {},
  help: 'Vote in the poll of a post, given by its id or address: 1 is the first option.',
  run: async (ctx, { args }) => {
    const choices = args['choice...'].split(' ').map(parseChoice)
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await vote(ctx, account, id, choices)
    const options = (await findPoll(ctx.db, id))?.options ?? []
    const chosen = choices.map((choice) => options[choice] ?? '')
    return { json: { id, choices: chosen }, text: `Voted for ${chosen.join(', ')}.` }
  },
})

/** @returns the place of the option, from 0 */
function parseChoice(word: string): number {
  if (/^[1-9]\d{0,2}$/.test(word)) return Number(word) - 1
  throw new UsageError(`${word} is not the number of an option: 1 is the first one.`)
}
