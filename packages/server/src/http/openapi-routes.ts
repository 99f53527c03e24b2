/** The description of the API, and the page that shows it with files of our own alone. */
import { hash } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import staticFiles from '@fastify/static'
import { endpoints } from '@roost/protocol'
import type { FastifyInstance } from 'fastify'

import { cookieNameFor } from '../auth/auth.ts'
import type { Context } from './context.ts'
import { describeApi } from './openapi.ts'
import { route } from './route.ts'

export function openapiRoutes(app: FastifyInstance, context: Context, version: string): void {
  const { origin } = context.config
  const cookieName = cookieNameFor({ secure: origin?.startsWith('https:') ?? false })
  let described: { readonly text: Buffer; readonly tag: string } | undefined
  // When it is first asked for: a start does not wait for it.
  const describe = () => {
    const text = Buffer.from(JSON.stringify(describeApi({ version, cookieName })))
    return { text, tag: `"${hash('sha256', text, 'base64url')}"` }
  }
  route(app, context, endpoints.openapi, {
    async handle({ request, reply }) {
      const { text, tag } = (described ??= describe())
      void reply.header('etag', tag).header('cache-control', 'no-cache')
      if (request.headers['if-none-match'] !== tag) return text
      void reply.code(304)
      return Buffer.alloc(0)
    },
  })
  void app.register(page)
}

const require = createRequire(import.meta.url)

/** Swagger UI writes styles into its elements: this page alone lets it. */
const contentSecurity =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

async function page(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', async (_request, reply) => {
    void reply
      .header('content-security-policy', contentSecurity)
      .header('cache-control', 'no-cache')
  })
  app.get('/api/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(html))
  app.get('/api/docs/start.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(script),
  )
  const library = require.resolve('@fastify/swagger-ui/package.json')
  await app.register(staticFiles, {
    root: join(dirname(library), 'static'),
    prefix: '/api/docs/ui/',
    allowedPath: (path) => ['/swagger-ui.css', '/swagger-ui-bundle.js'].includes(path),
    cacheControl: false,
    decorateReply: false,
  })
}

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Roost</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/ui/swagger-ui.css">
</head>
<body>
<main id="docs"><noscript>This page needs JavaScript. The description itself is at /api/v1/openapi.json.</noscript></main>
<script src="/api/docs/ui/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`
/** Without `validatorUrl` it would ask a service elsewhere whether the description is valid. */
const script = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
})
`
