import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

const packages = ['protocol', 'sdk', 'server', 'web']
const withServer = ['sdk', 'server']
const makeTemplate = fileURLToPath(
  new URL('packages/server/src/testing/make-template.ts', import.meta.url),
)

const makePostgresTemplate = fileURLToPath(
  new URL('packages/server/src/testing/make-postgres-template.ts', import.meta.url),
)

export default defineConfig({
  test: {
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
          // Commands that are started as processes of their own keep to their data folder.
          exclude: ['src/**/*.sqlite.test.ts', 'src/cli/{bin,import,start,user-create}.test.ts'],
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
        // Seeded bugs can be switched on here, and nowhere else.
        ssr: { resolve: { conditions: ['seeded-bugs', 'module', 'node', 'development'] } },
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
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
})
