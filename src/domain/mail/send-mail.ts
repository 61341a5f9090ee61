import type { Context, TxContext } from '../../context.ts'
import type { Mail } from '../../lib/mailer.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { layOut, type Letter } from './lay-out.ts'

/**
 * A mail that leaves if and only if the transaction commits. It waits sealed: neither the address nor what is said, links
 * among it, stands anywhere in clear.
 * @param kind what it is about, for operators
 */
export async function sendMail(tx: TxContext, kind: string, to: string, letter: Letter): Promise<void> {
  const mail = layOut(tx.config, to, letter)
  const sealed = tx.keyring.wrap(purpose, Buffer.from(JSON.stringify(mail))).toString('base64')
  await enqueue(tx, 'mail.send', { kind, sealed })
}

/** @throws Error when nobody took it, so that it is tried again */
export async function deliverMail(ctx: Context, { kind, sealed }: Jobs['mail.send']): Promise<void> {
  const mail = JSON.parse(ctx.keyring.unwrap(purpose, Buffer.from(sealed, 'base64')).toString()) as Mail
  try {
    await ctx.mailer.send(mail)
  } catch (error) {
    // An SMTP server's answer may repeat the address.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    ctx.log.warn({ kind, code }, 'A mail could not be sent, and is tried again')
    throw new Error(`The mail server did not take it (${code})`)
  }
}

const purpose = 'mail'
