import { randomBytes } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'

/** A mail as it is read: by programs that show text alone, and by those that show HTML. */
export type Mail = {
  /** One address, as `isEmailAddress` knows it. */
  readonly to: string
  /** One line. */
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachment?: MailedFile | undefined
}

/** A file of this machine that goes along. */
export type MailedFile = { readonly name: string; readonly path: string }

export type Mailer = {
  /** @throws Error when nobody took it: it may be tried again */
  send(mail: Mail): Promise<void>
}

type Settings = {
  /** Undefined: each mail becomes a file. */
  readonly smtpUrl: string | undefined
  readonly from: string
  readonly directory: string
}

const patienceMs = 20_000

/**
 * How mail leaves: by the SMTP server that the operator named, or as files that only the operator's user can read. The
 * SMTP server is the operator's own choice, so nothing keeps it from being a neighbour.
 */
export function createMailer(settings: Settings, log: Logger): Mailer {
  const { smtpUrl, from, directory } = settings
  const carry = smtpUrl === undefined ? keepAsFile(directory, log) : sendBySmtp(smtpUrl)
  return {
    async send(mail) {
      if (/[\r\n]/.test(mail.to + mail.subject)) throw new Error('A header of a mail is more than one line')
      await carry(mail, from)
    },
  }
}

type Carry = (mail: Mail, from: string) => Promise<void>

function sendBySmtp(url: string): Carry {
  return async (mail, from) => {
    const { createTransport } = await import('nodemailer')
    const timeouts = {
      connectionTimeout: patienceMs,
      greetingTimeout: patienceMs,
      socketTimeout: patienceMs,
    }
    const transport = createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true })
    try {
      const { to, subject, text, html, attachment } = mail
      const headers = { 'Auto-Submitted': 'auto-generated' }
      const attachments = attachment === undefined ? [] : [attach(attachment)]
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        headers,
        attachments,
      })
    } finally {
      transport.close()
    }
  }
}

/** Read while it is sent; always in base64, since lines of a mail are short. */
function attach({ name, path }: MailedFile) {
  const contentType = 'application/octet-stream'
  return {
    filename: name,
    content: createReadStream(path),
    contentType,
    contentTransferEncoding: 'base64' as const,
  }
}

/** The content stays out of the log: whoever reads that may not be meant to open the links. */
function keepAsFile(directory: string, log: Logger): Carry {
  return async ({ to, subject, text, attachment }, from) => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}.txt`
    const file = join(directory, name)
    const content = `From: ${from}\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`
    await writeFile(file, content, { mode: 0o600, flag: 'wx' })
    if (attachment !== undefined) await keepBeside(file, attachment)
    log.warn({ file }, 'SMTP_URL is not set, so a mail was written to a file')
  }
}

async function keepBeside(file: string, { path }: MailedFile): Promise<void> {
  const copy = file.replace(/\.txt$/, '.attached')
  await copyFile(path, copy, constants.COPYFILE_EXCL)
  await chmod(copy, 0o600)
}
