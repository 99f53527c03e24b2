import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

import { emojiData } from './emoji-data.ts'
import { serviceWorker } from './service-worker-build.ts'

/** Has the browser fetch the Latin font with the page, not after the style sheet: no second paint. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => file.includes('source-sans-3-latin-wght-normal'))
          .map((file) => ({
            tag: 'link',
            attrs: {
              rel: 'preload',
              as: 'font',
              type: 'font/woff2',
              href: `/${file}`,
              crossorigin: '',
            },
            injectTo: 'head',
          })),
    },
  }
}

/** Writes every text file compressed beside itself, once, for the server to send as it is. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    writeBundle: {
      sequential: true,
      order: 'post',
      handler({ dir = '' }) {
        for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
          if (!/\.(js|css|html|svg|json|webmanifest)$/.test(name)) continue
          const file = join(dir, name)
          const bytes = readFileSync(file)
          writeFileSync(`${file}.br`, brotliCompressSync(bytes))
          writeFileSync(`${file}.gz`, gzipSync(bytes))
        }
      },
    },
  }
}

/** What dialogs, settings, searching and the account screens are made of: no chat waits for it. */
const forms = new RegExp(
  [
    'features/(account|new-chat|search|settings)/(?!Lazy)',
    'features/(chats/(use-pages|paging|use-settled|MuteButton)|details/use-profile)',
    'features/(invites/(use-)?invite-terms|profile/(EditablePicture|PictureDialog))',
    'ui/(Chip|CheckMark|CopyField|DialogActions|Failed|Field|ListEnd|LongList|RadioRow)',
    'ui/(Segmented|Select|sheet-look|Switch)',
    'src/theme',
  ]
    .map((part) => `/${part}`.replaceAll('/', String.raw`[\\/]`))
    .join('|'),
)

const overlays = /node_modules[\\/](@base-ui|@floating-ui)[\\/]|[\\/]ui[\\/](Dialog|Menu)Popup\.tsx/

export default defineConfig({
  plugins: [react(), tailwind(), emojiData(), preloadFont(), serviceWorker(), precompress()],
  build: {
    modulePreload: { polyfill: false },
    // Data URLs would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    target: 'es2023',
    sourcemap: true,
    rolldownOptions: {
      output: {
        // Few requests: what every screen needs in one file, what several screens share in another.
        // Dialogs and menus, which are large, come when they are first opened.
        codeSplitting: {
          groups: [
            { name: 'base', tags: ['$initial'], priority: 2 },
            {
              name: 'shared',
              test: (id) => !overlays.test(id) && !forms.test(id),
              minShareCount: 2,
              priority: 2,
            },
            { name: 'forms', test: forms, minShareCount: 2, priority: 1 },
            { name: 'overlay', test: overlays, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    // The Host header stays as it is, so that the server sees a request from its own origin.
    proxy: { '/api': { target: 'http://localhost:8000', ws: true } },
  },
})
