/** What an endpoint is, and the parts that many of them share. */
import { z } from 'zod'

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
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** The body is a file of one of these types, not JSON. */
  readonly upload?: { readonly types: readonly string[]; readonly maxBytes: number }
  /** The answer is a file of this type, not JSON. */
  readonly download?: string
  readonly response: z.ZodType
}
export const define = <const E extends Endpoint>(endpoint: E): E => endpoint

export const byId = z.strictObject({ id })
/** Holds a name in base64url, in which one character may take twelve. */
export const cursor = z.string().max(4_096).optional()
/** A whole number in a query string; programs may pass it as a number. */
export const whole = (min: number, max: number) =>
  z
    .union([z.int(), z.string().regex(/^\d{1,15}$/)])
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .optional()
export const limit = whole(1, limits.pageMax)

/** What an endpoint takes, as a caller writes it (`In`) and as a handler reads it (`Out`). */
type Side<S, K extends 'in' | 'out'> = S extends z.ZodType
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
