import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

import { findEngineless } from './packages/server/src/testing/find-engineless.ts'
import { LongestFirst } from './scripts/longest-first.ts'

const packages = ['protocol', 'sdk', 'server', 'web']
const withServer = ['sdk', 'server']
const makeTemplate = fileURLToPath(
  new URL('packages/server/src/testing/make-template.ts', import.meta.url),
)

const makePostgresTemplate = fileURLToPath(
  new URL('packages/server/src/testing/make-postgres-template.ts', import.meta.url),
)

// A PostgreSQL to test on instead of the one that comes through npm. Whatever else is tested, and the
// servers that it starts, is not to find it.
const { DATABASE_URL, ROOST_TEST_POSTGRES = DATABASE_URL } = process.env
if (ROOST_TEST_POSTGRES !== undefined) process.env['ROOST_TEST_POSTGRES'] = ROOST_TEST_POSTGRES
delete process.env['DATABASE_URL']

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        test: {
          name,
          root: `packages/${name}`,
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: ['src/**/*.postgres.test.ts'],
          globalSetup: withServer.includes(name) ? [makeTemplate] : [],
        },
      })),
      {
        extends: true as const,
        test: {
          name: 'server on postgres',
          root: 'packages/server',
          include: ['src/**/*.test.ts'],
          exclude: [
            'src/**/*.sqlite.test.ts',
            // Commands that are started as processes of their own keep to their data folder.
            'src/cli/user-create.test.ts',
            ...findEngineless(fileURLToPath(new URL('packages/server', import.meta.url))),
          ],
          globalSetup: [makePostgresTemplate],
          env: { ROOST_TEST_ENGINE: 'postgres' },
        },
      },
      {
        extends: true as const,
        test: { name: 'scripts', root: 'scripts', include: ['*.test.ts'] },
      },
      {
        extends: true as const,
        test: { name: 'bench', root: 'bench', include: ['**/*.test.ts'] },
      },
      {
        extends: true as const,
        // Seeded bugs can be switched on here, and nowhere else. Without `module`, which is for bundlers:
        // what packages have under it Node cannot always load.
        ssr: { resolve: { conditions: ['seeded-bugs', 'node', 'development'] } },
        test: {
          name: 'torture',
          root: 'torture',
          include: ['**/*.test.ts'],
          globalSetup: [makeTemplate],
        },
      },
    ],
    // As text: what a test wants to read of a style sheet.
    css: { include: [/\.css\?raw$/] },
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
    maxWorkers: 2,
    // Loading the server anew for every file took a third of the time.
    isolate: false,
    // Not to be met by a busy machine: how fast something is no test asks.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
  },
})
