/**
 * The description of the API in OpenAPI 3.1, made from the endpoints and schemas of the protocol: what
 * the server checks requests against is what is written here. Every schema that the protocol exports
 * is a component under its name.
 */
import * as protocol from '@roost/protocol'
import { adminEndpoints, closeCodes, endpoints, errorCodes, type Endpoint } from '@roost/protocol'
import * as z from 'zod/mini'

type Json = Record<string, unknown>

const components = '#/components/schemas/'
const everyEndpoint: readonly (readonly [string, Endpoint])[] = [
  ...Object.entries(endpoints),
  ...Object.entries(adminEndpoints),
]

/** @param about the version of the program, and the name that its session cookie has here */
export function describeApi(about: { version: string; cookieName: string }): Json {
  const schemas = new Schemas()
  const paths = new Map<string, Json>()
  for (const [name, endpoint] of everyEndpoint) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}')
    const method = endpoint.method.toLowerCase()
    paths.set(path, { ...paths.get(path), [method]: operationOf(name, endpoint, schemas) })
  }
  paths.set('/api/v1/socket', { get: socket(schemas) })
  return {
    openapi: '3.1.0',
    info: {
      title: 'Roost',
      version: about.version,
      license: { name: 'MIT', identifier: 'MIT' },
      description: introduction,
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { cookie: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(paths),
    components: {
      schemas: schemas.named(),
      responses: errorResponses(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The token from signing in.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: about.cookieName,
          description: 'The cookie from signing in. Whatever changes something needs our Origin.',
        },
      },
    },
  }
}

const introduction = `Sign in under \`/api/auth/sign-in/username\` and send the \`token\` of the answer as
\`Authorization: Bearer …\`. Times are milliseconds since 1970. Every write takes a \`clientId\`, a UUIDv7 of
your making: the same request under the same id is done once, however often it is sent. Ignore fields
that you do not know; the server refuses those that it does not know.`

const tags = {
  server: 'This server, and its first account',
  auth: 'Signing up, in and out',
  me: 'My profile, my settings, my sessions',
  users: 'People',
  conversations: 'Direct chats and rooms',
  rooms: 'The directory of public rooms',
  messages: 'Single messages, and reactions to them',
  search: 'Searching messages',
  pictures: 'Pictures of people and rooms',
  invites: 'Invite links',
  admin: 'For owners and administrators of the server',
  socket: 'What happens, as it happens',
}

/** `/api/v1/users/:id` is about users. */
function tagOf(path: string): string {
  const [, , first = '', second = ''] = path.split('/')
  const noun = first === 'auth' ? first : second
  return noun in tags ? noun : 'server'
}

function operationOf(name: string, endpoint: Endpoint, schemas: Schemas): Json {
  const { path, summary, params, query, download } = endpoint
  const content = download
    ? { [download]: { schema: download.endsWith('json') ? {} : binary } }
    : json(schemas.refOf(endpoint.response))
  const success = { description: 'Done', content }
  const body = bodyOf(endpoint, schemas)
  return {
    operationId: name,
    summary,
    tags: [tagOf(path)],
    ...(endpoint.public && { security: [] }),
    ...((params ?? query) && {
      parameters: [...parametersOf('path', params), ...parametersOf('query', query)],
    }),
    ...(body && { requestBody: body }),
    responses: {
      200: success,
      ...(endpoint.created && { 201: { ...success, description: 'Made' } }),
      ...(download && { 304: { description: 'The same as under the ETag that was sent' } }),
      ...Object.fromEntries(errorsOf(endpoint).map((code) => [code, errorRef(code)])),
      default: errorRef('default'),
    },
  }
}

const binary = { type: 'string', format: 'binary' }
const json = (schema: Json) => ({ 'application/json': { schema } })

function bodyOf({ body, upload }: Endpoint, schemas: Schemas): Json | undefined {
  if (upload) {
    const description = `At most ${upload.maxBytes} bytes.`
    const content = Object.fromEntries(upload.types.map((type) => [type, { schema: binary }]))
    return { required: true, description, content }
  }
  // What is all optional may be left out.
  return body && { required: !body.safeParse({}).success, content: json(schemas.refOf(body)) }
}

/** Types as the values have them, not as the texts in which an address carries them. */
function parametersOf(place: 'path' | 'query', object: z.ZodMiniObject | undefined): Json[] {
  if (!object) return []
  const { properties = {}, required = [] } = z.toJSONSchema(object, { ...options, io: 'output' })
  return Object.entries(properties).flatMap(([name, property]) => {
    if (typeof property !== 'object') return []
    const { description, ...schema } = property
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema,
      ...(schema.type === 'array' && { style: 'form', explode: false }),
    }
  })
}

function errorsOf({ public: isPublic, admin, method, params, body }: Endpoint): number[] {
  const { bad_request, unauthenticated, forbidden, not_found, conflict, too_large } = errorCodes
  return [
    bad_request,
    ...(isPublic ? [] : [unauthenticated]),
    ...(admin || method !== 'GET' || params ? [forbidden] : []),
    ...(params || method !== 'GET' ? [not_found] : []),
    ...(body ? [conflict, too_large] : []),
    errorCodes.rate_limited,
    errorCodes.unavailable,
  ].map(({ status }) => status)
}

const errorRef = (code: number | string) => ({ $ref: `#/components/responses/${code}` })

function errorResponses(): Json {
  const content = json({ $ref: `${components}ErrorBody` })
  const responses = Object.entries(errorCodes).map(([code, { status, retryable }]) => {
    const description = `\`${code}\`${retryable ? ': the same request may be sent again' : ''}`
    return [status, { description, content }] as const
  })
  const other = { description: 'Any other error', content }
  return { ...Object.fromEntries(responses), default: other }
}

function socket(schemas: Schemas): Json {
  const codes = Object.entries(closeCodes).map(([why, code]) => `${code} ${why}`)
  return {
    operationId: 'socket',
    summary: 'A WebSocket: events as they happen',
    description: `Frames are JSON objects, at most ${protocol.limits.frameBytes} bytes; see \`ServerFrame\`
and \`ClientFrame\`. A silent client gets live events too; one that resumes sends \`hello\` and fetches what the
answer \`heads\` says it lacks. By cookie it needs our Origin. It is closed with ${codes.join(', ')}: below
4500 connect again, else do not.`,
    tags: ['socket'],
    responses: {
      101: { description: 'Speak WebSocket from here on' },
      401: errorRef(401),
      403: errorRef(403),
      default: errorRef('default'),
    },
    'x-server-frames': schemas.refOf(protocol.serverFrame),
    'x-client-frames': schemas.refOf(protocol.clientFrame),
  }
}

const options = {
  unrepresentable: 'any',
  override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) {
    // Some patterns are JavaScript's alone, and no bound is what every JSON number has.
    if (jsonSchema.pattern?.includes('RGI_Emoji')) delete jsonSchema.pattern
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  },
} as const

/** The schemas of the protocol as JSON Schema: components where they have a name. */
class Schemas {
  readonly #registry = z.registry<{ id: string }>()
  readonly #made: Record<string, z.core.JSONSchema.BaseSchema>
  readonly #names = new Set<string>()

  constructor() {
    for (const [name, value] of Object.entries(protocol)) {
      // What clients read with, so as to be ready for newer servers, is not what this one sends.
      if (!(value instanceof z.ZodMiniType) || /^(lenient|unknown)/.test(name)) continue
      const id = name.slice(0, 1).toUpperCase() + name.slice(1)
      this.#registry.add(value, { id })
      this.#names.add(id)
    }
    for (const [name, { body, response }] of everyEndpoint) {
      if (body && !this.#registry.has(body)) this.#registry.add(body, { id: `${name} body` })
      if (!this.#registry.has(response)) this.#registry.add(response, { id: `${name} response` })
    }
    const uri = (id: string) => components + id
    this.#made = z.toJSONSchema(this.#registry, { ...options, io: 'input', uri }).schemas
  }

  refOf(schema: z.ZodMiniType): Json {
    const { id } = this.#registry.get(schema) ?? {}
    if (id === undefined) throw new Error('This schema belongs to no endpoint.')
    return this.#names.has(id) ? { $ref: components + id } : this.#bare(id)
  }

  named(): Json {
    return Object.fromEntries([...this.#names].map((id) => [id, this.#bare(id)]))
  }

  #bare(id: string): Json {
    const { $schema: _schema, $id: _id, ...schema } = this.#made[id] ?? {}
    return schema
  }
}
