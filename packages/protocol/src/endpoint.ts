/** What an endpoint is, and the parts that many of them share. */
import * as z from 'zod/mini'

import { id } from './ids.ts'
import { limits } from './limits.ts'

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly summary: string
  /** 200 where absent. An endpoint that stores may answer 201, and 200 to a repeated `clientId`. */
  readonly created?: true
  readonly public?: true
  /** Only for owners and administrators of the server. */
  readonly admin?: true
  readonly params?: z.ZodMiniObject
  readonly query?: z.ZodMiniObject
  readonly body?: z.ZodMiniType
  /** The body is a file of one of these types, not JSON. */
  readonly upload?: { readonly types: readonly string[]; readonly maxBytes: number }
  /** The answer is a file of this type, not JSON. */
  readonly download?: string
  readonly response: z.ZodMiniType
}
export const define = <const E extends Endpoint>(endpoint: E): E => endpoint

export const byId = z.strictObject({ id })
/** Holds a name in base64url, in which one character may take twelve. */
export const cursor = z.optional(z.string().check(z.maxLength(4_096)))
/** A whole number in a query string; programs may pass it as a number. */
export const neededWhole = (min: number, max: number) =>
  z.pipe(
    z.union([z.int(), z.string().check(z.regex(/^\d{1,15}$/))]),
    z.pipe(z.transform(Number), z.int().check(z.minimum(min), z.maximum(max))),
  )
export const whole = (min: number, max: number) => z.optional(neededWhole(min, max))
export const limit = whole(1, limits.pageMax)

/** What an endpoint takes, as a caller writes it (`In`) and as a handler reads it (`Out`). */
type Side<S, K extends 'in' | 'out'> = S extends z.ZodMiniType
  ? K extends 'in'
    ? z.input<S>
    : z.output<S>
  : undefined
type Field<E, N extends string> = E extends Record<N, infer S> ? S : undefined
export type In<E> = {
  params: Side<Field<E, 'params'>, 'in'>
  query: Side<Field<E, 'query'>, 'in'>
  body: Side<Field<E, 'body'>, 'in'>
}
export type Out<E> = {
  params: Side<Field<E, 'params'>, 'out'>
  query: Side<Field<E, 'query'>, 'out'>
  body: Side<Field<E, 'body'>, 'out'>
}
export type Reply<E extends Endpoint> = z.input<E['response']>
