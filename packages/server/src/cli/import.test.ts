import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'

import { expect, test, vi } from 'vitest'

import { makeLines, writeLines } from '../import/testing/archive.ts'
import { runInServer } from './control-client.ts'
import { bin, roost, startRoost, type Ended } from './testing/roost-process.ts'
import { shareRoost } from './testing/share-roost.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const { folder, inside } = await shareRoost()

const importFile = (file: string, into = folder) => roost(['import', file], { folder: into })
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)

test('beside a server and without one, the last line tells what was added', async () => {
  const file = writeLines(inside('twice.jsonl.gz'), makeLines(1_234, 'twice'))
  for (const into of [folder, inside('alone')]) {
    expect(await importFile(file, into)).toEqual({
      code: 0,
      signal: null,
      stdout: 'Imported 1,234 messages, 97 authors, 1 rooms, 408 replies, 0 refused\n',
      stderr: '',
    })
    expect(await importFile(file, into)).toEqual({
      code: 0,
      signal: null,
      stdout:
        '1,234 messages were there already.\n' +
        'Imported 0 messages, 0 authors, 0 rooms, 0 replies, 0 refused\n',
      stderr: '',
    })
  }
})

test('a path is relative to where the command is run', async () => {
  writeLines(inside('relative.jsonl'), makeLines(1, 'relative'))
  const ended = await roost(['import', 'relative.jsonl'], { folder, cwd: inside('.') })
  expect(ended).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Imported 1 messages/) as string,
  })
})

test('of many bad lines twenty are shown, and all are counted', async () => {
  const good = makeLines(2, 'bad')
  const bad = Array.from({ length: 1_040 }, (_, n) => ({ id: `${n}` }))
  const ended = await importFile(writeLines(inside('bad.jsonl'), [good[0], ...bad, good[1]]))
  const shown = ended.stderr.trimEnd().split('\n')
  expect(shown).toHaveLength(21)
  expect(shown[0]).toMatch(/^Line 2: room must be a text; author/)
  expect(shown[19]).toMatch(/^Line 21: /)
  expect(shown[20]).toBe('… and 1,020 more lines were refused.')
  expect(lastLine(ended.stdout)).toBe(
    'Imported 2 messages, 0 authors, 1 rooms, 0 replies, 1,040 refused',
  )
  expect(ended.code).toBe(0)
})

test('control characters and lost links are counted', async () => {
  const [first, second] = makeLines(2, 'counted')
  const file = writeLines(inside('counted.jsonl'), [
    { ...first, text: 'a\u0000\u0007b\tc' },
    { ...second, replyTo: 'gone' },
  ])
  expect((await importFile(file)).stdout).toBe(
    '1 replies answer a message that did not come before them.\n' +
      'Removed 2 control characters.\n' +
      'Imported 2 messages, 0 authors, 1 rooms, 0 replies, 0 refused\n',
  )
})

test('gzip that is cut off ends with a sentence, and what came before is whole', async () => {
  const lines = makeLines(6_000, 'cut').map((line) => ({ ...line, text: `${Math.random()}` }))
  const file = writeLines(inside('cut.jsonl.gz'), lines)
  const whole = writeLines(inside('whole.jsonl.gz'), lines)
  truncateSync(file, Math.floor(statSync(file).size / 2))
  expect(await importFile(file)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /cut\.jsonl\.gz is cut off: the gzip data has no end\.\n$/,
    ) as string,
  })
  const { stdout } = await importFile(whole)
  const there = Number(/^([\d,]+) messages were there/.exec(stdout)?.[1]?.replaceAll(',', ''))
  expect(there).toBeGreaterThan(0)
  expect(there % 500).toBe(0)
  expect(lastLine(stdout)).toContain(`Imported ${(6_000 - there).toLocaleString('en-US')} messages`)
})

test.each([
  ['missing.jsonl', 'cannot be read: there is no such file.'],
  ['folder', 'is not a file.'],
  ['notes.txt', 'is not a file of JSON lines.'],
])('%s is refused in a sentence', async (name, sentence) => {
  mkdirSync(inside('folder'), { recursive: true })
  writeFileSync(inside('notes.txt'), 'Dear diary\n')
  expect(await importFile(inside(name))).toEqual({
    code: 1,
    signal: null,
    stdout: '',
    stderr: `${inside(name)} ${sentence}\n`,
  })
})

test('a format that is not known is refused, and so is anything but one file', async () => {
  expect(await roost(['import', 'x', '--format', 'csv'], { folder })).toMatchObject({
    code: 1,
    stderr: 'The format csv is not known: it must be jsonl.\n',
  })
  expect((await roost(['import'], { folder })).code).toBe(2)
  expect((await roost(['import', 'a', 'b'], { folder })).code).toBe(2)
})

/** From util-linux: runs a command on a terminal of its own. */
const script = '/usr/bin/script'

test.skipIf(process.platform !== 'linux' || !existsSync(script)).each([
  ['beside a server', folder],
  ['without one', inside('stopped')],
])(
  'on a terminal %s there is a bar, and Ctrl-C ends it between two chunks',
  async (_where, into) => {
    const lines = makeLines(20_000, 'stopped')
    const file = writeLines(inside('stopped.jsonl'), lines)
    const child = spawn(
      script,
      ['-qec', `${process.execPath} ${bin} import ${file}`, '/dev/null'],
      {
        env: { ...process.env, ROOST_DATA: into },
        stdio: 'pipe',
      },
    )
    const closed = once(child, 'close')
    let shown = ''
    let pressed = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      if (pressed || !/░ \d+ % {2}[\d,]+ lines, [\d,]+ a second/.test(shown)) return
      pressed = true
      child.stdin.write('\u0003')
    })
    expect(await closed).toEqual([130, null])
    expect(shown).toMatch(
      /Stopped\. The same command goes on from here\.\r\nImported [\d,]+ messages[^\r\n]*\r\n$/,
    )
    const added = Number(/Imported ([\d,]+) messages/.exec(shown)?.[1]?.replaceAll(',', ''))
    expect(added % 500).toBe(0)
    expect(added).toBeLessThan(lines.length)
  },
)

test('when the server stops, the import in it ends between two chunks', async () => {
  const own = inside('stopping')
  const running = await startRoost({ folder: own })
  const file = writeLines(inside('stopping.jsonl'), makeLines(20_000, 'stopping'))
  const lines: string[] = []
  let stopped: Promise<Ended> | undefined
  const code = await runInServer(own, {
    command: 'import',
    request: { file },
    output: {
      line: (text) => lines.push(text),
      problem: (text) => lines.push(text),
      progress: () => {
        stopped ??= running.stop()
      },
      signal: new AbortController().signal,
    },
  })
  expect(code).toBe(130)
  expect(lines[0]).toBe('Stopped. The same command goes on from here.')
  expect(await stopped).toMatchObject({ code: 0, stderr: '' })
})
