import { pino, type DestinationStream, type Logger } from 'pino'

const secretPaths = [
  'authorization',
  'cookie',
  'signature',
  'password',
  'token',
  'access_token',
  'code',
  'privateKey',
  'secret',
  'passphrase',
].flatMap((name) => [name, `*.${name}`, `headers.${name}`, `*.headers.${name}`])

type LogOptions = {
  readonly level: string
  readonly pretty: boolean
  /** In place of standard error, for what is not pretty. */
  readonly destination?: DestinationStream
}

/** JSON on a pipe, readable lines on a terminal; always on standard error, so that commands own standard output. */
export function createLogger(options: LogOptions): Logger {
  const base = { level: options.level, redact: { paths: secretPaths, censor: '[secret]' }, base: null }
  if (!options.pretty) return pino(base, options.destination ?? pino.destination(2))
  const target = {
    target: 'pino-pretty',
    options: { destination: 2, ignore: 'pid,hostname', translateTime: 'HH:MM:ss' },
  }
  return pino({ ...base, transport: target })
}
