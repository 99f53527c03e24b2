/** Builds the service worker beside the app, with the list of what the app is made of. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { build, type Plugin } from 'vite'

/** What any page may need; fonts of other scripts are kept once somebody has needed them. */
const kept = /\.(js|json|css|html|svg|png|webmanifest)$|-latin-wght-normal-[^/]+\.woff2$/

export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    writeBundle: {
      sequential: true,
      order: 'pre',
      async handler({ dir = '' }) {
        const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
          .filter((name) => kept.test(name) && name !== 'sw.js')
          .toSorted()
          .map((name) => ({ url: `/${name}`, revision: revisionOf(dir, name) }))
        await build({
          configFile: false,
          publicDir: false,
          logLevel: 'warn',
          plugins: [builtFiles(files)],
          build: {
            outDir: dir,
            emptyOutDir: false,
            target: 'es2023',
            lib: {
              entry: join(import.meta.dirname, 'service-worker/worker.ts'),
              formats: ['iife'],
              name: 'worker',
              fileName: () => 'sw.js',
            },
          },
          define: { 'process.env.NODE_ENV': '"production"' },
        })
      },
    },
  }
}

/** A name with a hash in it says all; of another the content tells whether it is still the same. */
function revisionOf(dir: string, name: string): string | null {
  if (name.startsWith('assets/')) return null
  return createHash('sha256')
    .update(readFileSync(join(dir, name)))
    .digest('hex')
    .slice(0, 16)
}

function builtFiles(files: readonly object[]): Plugin {
  return {
    name: 'built-files',
    transform: {
      filter: { id: /[\\/]service-worker[\\/]built-files\.ts$/ },
      handler: () => `export const builtFiles = ${JSON.stringify(files)}`,
    },
  }
}
