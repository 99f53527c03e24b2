/**
 * Wraps better-auth's database adapter so that session tokens lie in the database as SHA-256 only: a
 * stolen backup signs nobody in. Tokens are hashed on the way in and restored in what comes back.
 */
import { hash } from 'node:crypto'

export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}

interface Condition {
  readonly field: string
  readonly value: unknown
}
interface Call {
  readonly model: string
  readonly where?: readonly Condition[]
  readonly data?: Record<string, unknown>
  readonly update?: Record<string, unknown>
}

export function hashSessionTokens<Adapter extends object>(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver)
      if (typeof method !== 'function') return method
      return async (call: unknown, ...rest: unknown[]): Promise<unknown> => {
        if (!isSessionCall(call)) return method.apply(target, [call, ...rest])
        const tokens = new Map<string, string>()
        const result: unknown = await method.apply(target, [hashIn(call, tokens), ...rest])
        return Array.isArray(result)
          ? result.map((row) => restore(row, tokens))
          : restore(result, tokens)
      }
    },
  })
}

function isSessionCall(call: unknown): call is Call {
  return typeof call === 'object' && call !== null && 'model' in call && call.model === 'session'
}

/** @param tokens filled with the plain token of each hash */
function hashIn(call: Call, tokens: Map<string, string>): Call {
  const hide = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(hide)
    if (typeof value !== 'string') return value
    const hash = hashToken(value)
    tokens.set(hash, value)
    return hash
  }
  const hideField = (fields: Record<string, unknown>) =>
    'token' in fields ? { ...fields, token: hide(fields['token']) } : fields
  return {
    ...call,
    ...(call.where && {
      where: call.where.map((condition) =>
        condition.field === 'token' ? { ...condition, value: hide(condition.value) } : condition,
      ),
    }),
    ...(call.data && { data: hideField(call.data) }),
    ...(call.update && { update: hideField(call.update) }),
  }
}

function restore(row: unknown, tokens: ReadonlyMap<string, string>): unknown {
  if (typeof row !== 'object' || row === null || !('token' in row)) return row
  const plain = typeof row.token === 'string' ? tokens.get(row.token) : undefined
  return plain === undefined ? row : { ...row, token: plain }
}
