/** Turns whatever was thrown into the one shape of error that clients know. */
import { randomInt } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

import type { ErrorBody } from '@roost/protocol'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { AppError, notFound, RequestError } from '../errors.ts'
import { StorageUnavailableError } from '../storage/errors.ts'

export function handleErrors(app: FastifyInstance, report: (error: unknown) => void): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = toAppError(error)
    if (answer.code === 'internal' || answer.code === 'unavailable') {
      const { id: requestId, method, routeOptions } = request
      report(new RequestError({ requestId, method, route: routeOptions.url ?? 'none' }, error))
    }
    if (answer.retryAfter !== undefined) void reply.header('retry-after', answer.retryAfter)
    if (answer.code === 'too_large' && isReadOut(request)) void reply.removeHeader('connection')
    return reply.code(answer.status).send(toBody(answer, request.id))
  })
}

/**
 * Whether the rest of a body is read, and thrown away. To close the connection in the middle of it
 * would reach a client, or the proxy before it, as a failure that says nothing.
 */
function isReadOut({ headers }: FastifyRequest): boolean {
  const MOST = 32 * 1024 * 1024
  return Number(headers['content-length']) <= MOST
}

/** Of an address that no route can be found for, because it cannot be decoded or a part is too long. */
export function refuseAddress(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  void reply
    .code(400)
    .header('x-request-id', request.id)
    .send(toBody(new AppError('bad_request', 'This address is malformed.'), request.id))
}

/** Of bytes that are not HTTP, or of headers larger than Node reads. */
export function refuseBytes(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const answer =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new AppError('too_large', 'The address or a header is too large.')
      : new AppError('bad_request', 'This is not a complete HTTP request.')
  const { status } = answer
  const body = JSON.stringify(toBody(answer))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/**
 * What is under way is finished; whoever asks for more is told when to come back, except on the routes
 * that tell how the server is doing. Returns whether it is stopping.
 */
export function refuseWhileStopping(
  app: FastifyInstance,
  except: readonly string[],
): () => boolean {
  const MOST = 5
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onRequest', async (request, reply) => {
    if (!stopping || except.includes(request.routeOptions.url ?? '')) return
    // Not the same for all, so that they do not come back all at once.
    const retryAfter = 1 + randomInt(MOST)
    const sentence = 'The server is stopping. Try again in a moment.'
    const answer = new AppError('unavailable', sentence, { retryAfter })
    await reply
      .code(answer.status)
      .header('retry-after', retryAfter)
      .send(toBody(answer, request.id))
  })
  return () => stopping
}

export function toBody(error: AppError, requestId?: string): ErrorBody {
  const { code, message, field, reason, retryAfter } = error
  return {
    error: {
      code,
      message,
      ...(field !== undefined && { field }),
      ...(reason !== undefined && { reason }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(requestId !== undefined && { requestId }),
    },
  }
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof StorageUnavailableError)
    return new AppError(
      'unavailable',
      `${error.message} Nothing is known to be stored. Try again later.`,
      // Clients wait at least that long, also where another process would take it at once.
      { retryAfter: 2 },
    )
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  if (status === 404) return notFound()
  if (status === 413) return new AppError('too_large', 'The request is too large.')
  if (status === 415)
    return new AppError('bad_request', 'Send JSON, with the header Content-Type: application/json.')
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AppError('bad_request', 'The request is malformed.')
  return new AppError('internal', 'Something went wrong on the server. Try again.')
}
