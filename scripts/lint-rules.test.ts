/**
 * Plants what the lint rules forbid into a throw-away workspace and sees oxlint refuse each of them.
 * A pattern that matches nothing is silent, so every rule needs this proof.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** file → what it may not import, and what it may */
const imports: Record<string, { no: string[]; yes: string[] }> = {
  'packages/protocol/src/planted.ts': {
    no: ['node:path', 'vitest', 'lodash', '@roost/sdk', '../../sdk/src/client.ts'],
    yes: ['zod', './ids.ts'],
  },
  'packages/protocol/src/planted.test.ts': {
    no: ['node:path', '@roost/sdk'],
    yes: ['zod', 'vitest', './ids.ts'],
  },
  'packages/sdk/src/planted.ts': {
    no: [
      'zod',
      'node:fs',
      'lodash',
      '@roost/server/testing',
      '@roost/web',
      '../../protocol/src/ids.ts',
      '../../server/src/app.ts',
    ],
    yes: ['@roost/protocol', '@roost/protocol/seeded-bugs', './state.ts'],
  },
  'packages/sdk/src/deep/planted.ts': {
    no: ['node:fs', 'zod', '../../../web/src/main.tsx'],
    yes: ['@roost/protocol', '../state.ts', './near.ts'],
  },
  'packages/sdk/src/node.ts': {
    no: ['zod', 'ws', '@roost/server/testing'],
    yes: ['@roost/protocol', 'node:fs', 'node:fs/promises', './options.ts'],
  },
  'packages/sdk/src/browser.ts': { no: ['zod', '@roost/web'], yes: ['./options.ts'] },
  'packages/sdk/src/planted.test.ts': {
    no: ['@roost/web', '@roost/server/app', '../../server/src/app.ts'],
    yes: ['vitest', 'node:fs', '@roost/protocol', '@roost/server/testing', './state.ts'],
  },
  'packages/web/src/features/chat/planted.tsx': {
    no: [
      'node:fs',
      'node:fs/promises',
      '@roost/server/testing',
      '@roost/sdk/node',
      '../../../../server/src/app.ts',
      '../../../../sdk/src/client.ts',
    ],
    yes: [
      'react',
      '@roost/sdk',
      '@roost/sdk/browser',
      '@roost/protocol',
      '../../ui/Button.tsx',
      './Row.tsx',
    ],
  },
  'packages/web/src/features/chat/planted.test.tsx': {
    no: ['../../../../server/src/app.ts'],
    yes: ['vitest', 'node:fs', '@roost/sdk', '@roost/server/testing'],
  },
  'packages/server/src/config.ts': { no: ['./testing/cast.ts'], yes: ['node:fs', 'zod'] },
  'packages/server/src/storage/planted.ts': {
    no: [
      '../messaging/messages.ts',
      '../auth/sessions.ts',
      '../import/jsonl.ts',
      '../http/routes.ts',
      '../realtime/hub.ts',
      '../cli/start.ts',
      '../app.ts',
      '../testing/cast.ts',
    ],
    yes: [
      'kysely',
      'node:sqlite',
      '../bus/bus.ts',
      '../config.ts',
      './schema.ts',
      '@roost/protocol',
    ],
  },
  'packages/server/src/storage/migrations/planted.ts': {
    no: ['../../people/profiles.ts', '../../app.ts'],
    yes: ['../schema.ts'],
  },
  'packages/server/src/bus/planted.ts': {
    no: ['../messaging/events.ts', '../realtime/hub.ts', '../main.ts'],
    yes: ['../storage/read.ts'],
  },
  'packages/server/src/messaging/planted.ts': {
    no: [
      '../auth/sessions.ts',
      '../http/routes.ts',
      '../realtime/hub.ts',
      '../cli/start.ts',
      '../app.ts',
      '../testing/cast.ts',
    ],
    yes: ['../storage/read.ts', '../bus/bus.ts', '../people/profiles.ts', 'node:http'],
  },
  ...Object.fromEntries(
    ['people', 'auth', 'admin', 'import', 'search', 'files', 'mail'].map((noun) => [
      `packages/server/src/${noun}/planted.ts`,
      {
        no: [
          '../http/routes.ts',
          '../realtime/hub.ts',
          '../cli/start.ts',
          '../app.ts',
          '../testing/cast.ts',
        ],
        yes: ['../messaging/messages.ts', '../auth/sessions.ts', '../storage/read.ts'],
      },
    ]),
  ),
  'packages/server/src/http/planted.ts': {
    no: ['../realtime/hub.ts', '../cli/start.ts', '../app.ts', '../testing/cast.ts'],
    yes: ['fastify', '../messaging/messages.ts', '../auth/sessions.ts', '../storage/read.ts'],
  },
  'packages/server/src/realtime/planted.ts': {
    no: ['../http/routes.ts', '../cli/start.ts', '../app.ts'],
    yes: ['ws', '../messaging/messages.ts', '../auth/sessions.ts', '../bus/bus.ts'],
  },
  'packages/server/src/cli/planted.ts': {
    no: ['../http/routes.ts', '../realtime/hub.ts'],
    yes: ['../app.ts', '../config.ts', '../import/jsonl.ts'],
  },
  'packages/server/src/storage/planted.test.ts': {
    no: [],
    yes: ['vitest', '../testing/start-test-server.ts'],
  },
  'e2e/planted.spec.ts': {
    no: ['@roost/server/testing', '@roost/web', '../packages/server/src/app.ts'],
    yes: ['@playwright/test', '@roost/sdk', '@roost/sdk/node', '@roost/protocol', 'node:fs'],
  },
}

/** code → the rule that must refuse it */
const code: Record<string, string> = {
  'typescript(no-floating-promises)':
    'async function work() {}\nexport const run = () => {\n  work()\n}',
  'typescript(no-misused-promises)': 'export const run = () => [1].forEach(async () => {})',
  'typescript(no-explicit-any)': 'export const value: any = 1',
  'typescript(no-non-null-assertion)': 'export const first = (list: string[]) => list[0]!',
  'typescript(no-unsafe-assignment)': "export const value: { a: number } = JSON.parse('{}')",
  'typescript(no-unsafe-member-access)': "export const value: unknown = JSON.parse('{}').a",
  'typescript(no-unsafe-return)': "export const read = (): number => JSON.parse('1')",
  'typescript(no-unsafe-argument)':
    "export const read = () => Number.isInteger(JSON.parse('1') as never) || isNaN(JSON.parse('1'))",
  'typescript(no-unsafe-call)': "export const read = () => String(JSON.parse('1')())",
  'import(no-default-export)': 'export default 1',
  'eslint(no-console)': "console.log('left behind')\nexport {}",
}
const codeFile = (rule: string) => `packages/sdk/src/${rule.replace(/\W+/g, '-')}x.ts`

interface Diagnostic {
  code: string
  filename: string
  labels: { span: { line: number } }[]
}
let workspace = ''
let found: Diagnostic[] = []

function plant(file: string, text: string) {
  const path = join(workspace, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'roost-lint-'))
  cpSync(join(root, '.oxlintrc.json'), join(workspace, '.oxlintrc.json'))
  plant('tsconfig.json', '{ "compilerOptions": { "strict": true, "types": [] } }')
  for (const [file, { no, yes }] of Object.entries(imports))
    plant(file, [...no, ...yes].map((from) => `import '${from}'\n`).join(''))
  for (const [rule, text] of Object.entries(code)) plant(codeFile(rule), text)
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-f', 'json'], {
    cwd: workspace,
    encoding: 'utf8',
  })
  found = (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics
})
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

test.each(Object.entries(imports))('%s imports only what its layer may', (file, { no, yes }) => {
  const lines = found
    .filter(
      ({ filename, code: rule }) => filename === file && rule === 'eslint(no-restricted-imports)',
    )
    .map(({ labels }) => labels[0]?.span.line ?? 0)
  const all = [...no, ...yes]
  expect(new Set(lines.map((line) => all[line - 1]))).toEqual(new Set(no))
})

test.each(Object.entries(code))('%s', (rule) => {
  expect(
    found.filter(({ filename }) => filename === codeFile(rule)).map((each) => each.code),
  ).toContain(rule)
})
