import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

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

export default defineConfig({
  plugins: [react(), tailwind(), preloadFont()],
  build: {
    modulePreload: { polyfill: false },
    // Data URLs would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    target: 'es2023',
  },
  server: {
    port: 5173,
    // The Host header stays as it is, so that the server sees a request from its own origin.
    proxy: { '/api': { target: 'http://localhost:8000', ws: true } },
  },
})
