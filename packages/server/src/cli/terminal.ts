/** The terminal as commands see it: what they show there, and the password they ask for. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

import { SingleBar } from 'cli-progress'

import type { Output, Progress } from './command.ts'
import { Refusal } from './refusal.ts'

/** Between two lines of progress where there is no terminal to draw a bar on. */
const quietFor = 5_000

export interface TerminalOutput extends Output {
  /** Puts the bar away. */
  close(): void
}

export function terminalOutput(signal: AbortSignal): TerminalOutput {
  const { stdout, stderr } = process
  let bar: SingleBar | undefined
  let quietUntil = Date.now() + quietFor
  const draw = ({ done, total, note }: Progress) => {
    bar ??= startBar(total, note)
    bar.update(done, { note })
  }
  const say = ({ done, total, note }: Progress) => {
    if (Date.now() < quietUntil) return
    quietUntil = Date.now() + quietFor
    stderr.write(`${Math.floor((100 * done) / Math.max(total, 1))} %  ${note}\n`)
  }
  const putBarAway = () => {
    bar?.stop()
    bar = undefined
  }
  const write = (stream: NodeJS.WriteStream, text: string) => {
    // It ends by going back to where it began, over whatever was written since.
    putBarAway()
    stream.write(`${text}\n`)
  }
  return {
    line: (text) => write(stdout, text),
    problem: (text) => write(stderr, text),
    progress: stderr.isTTY ? draw : say,
    signal,
    close: putBarAway,
  }
}

function startBar(total: number, note: string): SingleBar {
  const bar = new SingleBar({
    format: '{bar} {percentage} %  {note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  })
  bar.start(total, 0, { note })
  return bar
}

/** Asked for twice, without echo; a mistake is said, and both are asked for again. */
export async function askNewPassword(signal: AbortSignal): Promise<string> {
  for (;;) {
    const password = await askHidden('Password: ', signal)
    if (password === (await askHidden('The same again: ', signal))) return password
    process.stderr.write('These two are not the same.\n')
  }
}

async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const asking = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(question)
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = () => reject(new Refusal('Nothing was changed.'))
      asking.once('line', resolve).once('SIGINT', stop).once('close', stop)
      signal.addEventListener('abort', stop, { once: true })
    })
  } finally {
    asking.close()
    process.stderr.write('\n')
  }
}

/** Goes on only when somebody at a terminal says so. */
export async function confirm(question: string, signal: AbortSignal): Promise<void> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY)
    throw new Refusal('There is no terminal to ask on: say --yes if you are sure.')
  const asking = createInterface({ input: stdin, output: stderr })
  try {
    const answer = await asking.question(`${question} Type yes: `, { signal })
    if (answer.trim().toLowerCase() !== 'yes') throw new Refusal('Nothing was changed.')
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('Nothing was changed.')
  } finally {
    asking.close()
  }
}

/** All of the standard input, without the newline that ends it. */
export async function readPassword(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '')
}
