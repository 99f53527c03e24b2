/** Bodies that are a file: bytes of the types an endpoint takes, up to its size, and nothing else. */
import type { Endpoint } from '@roost/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'

import { AppError } from '../errors.ts'

/** @param scope of one endpoint alone */
export function acceptUpload(
  scope: FastifyInstance,
  { types, maxBytes }: NonNullable<Endpoint['upload']>,
): void {
  const wrongType = () =>
    new AppError('bad_request', `Send the file itself, of type ${types.join(', ')}.`, {
      reason: 'picture_invalid',
    })
  const tooLarge = () =>
    new AppError('too_large', `The file has more than ${Math.floor(maxBytes / 1024 ** 2)} MB.`, {
      reason: 'picture_too_large',
    })
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    [...types],
    { parseAs: 'buffer', bodyLimit: maxBytes },
    async (_request: FastifyRequest, bytes: Buffer) => bytes,
  )
  scope.addContentTypeParser('*', async () => {
    throw wrongType()
  })
  scope.addHook('preValidation', async ({ body }) => {
    if (!Buffer.isBuffer(body) || body.length === 0) throw wrongType()
  })
  // What is thrown here goes on to the handler of all errors.
  scope.setErrorHandler((error) => {
    const isTooLarge =
      error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
    throw isTooLarge ? tooLarge() : error
  })
}
