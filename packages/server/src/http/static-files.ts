/** The web app: files with a hash in their name for ever, the page itself never from a cache. */
import staticFiles from '@fastify/static'
import type { FastifyInstance } from 'fastify'

import { notFound } from '../errors.ts'
import { toBody } from './errors.ts'

export async function serveWeb(app: FastifyInstance, webRoot: string | undefined): Promise<void> {
  if (webRoot !== undefined)
    await app.register(staticFiles, {
      root: webRoot,
      // Looked up at each request: the app may be rebuilt beside a running server.
      wildcard: true,
      // The build writes .br and .gz beside each text file.
      preCompressed: true,
      dotfiles: 'ignore',
      index: 'index.html',
      cacheControl: false,
      setHeaders(reply, path) {
        const hashed = path.includes('/assets/')
        void reply.header(
          'cache-control',
          hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        )
      },
    })
  app.setNotFoundHandler((request, reply) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const [path = ''] = request.url.split('?')
    const isPage = isRead && !/^\/api(\/|$)|\.\w+$/.test(path)
    if (webRoot !== undefined && isPage) return reply.sendFile('index.html')
    return reply.code(404).send(toBody(notFound(), request.id))
  })
}
