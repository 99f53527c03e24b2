/** A request exactly as it is written: any path, any bytes, any header. */
import { request as httpRequest } from 'node:http'

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The cookies it sets, each as it came. */
  readonly cookies: readonly string[]
  readonly bytes: Buffer
  readonly text: string
}

export function sendRaw(
  url: string,
  request: {
    method?: string
    path: string
    headers?: Readonly<Record<string, string>>
    body?: string | Buffer
  },
): Promise<RawReply> {
  const { method = 'GET', path, body } = request
  const { hostname, port } = new URL(url)
  const isFramed = body === undefined || request.headers?.['transfer-encoding'] !== undefined
  const headers = {
    ...request.headers,
    ...(!isFramed && { 'content-length': Buffer.byteLength(body) }),
  }
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          cookies: response.headers['set-cookie'] ?? [],
          bytes,
          text: bytes.toString(),
        })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Posts JSON. */
export function postJson(
  url: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawReply> {
  return sendRaw(url, {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}
