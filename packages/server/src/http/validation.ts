/** Requests against the schemas of the protocol, and what a wrong one is told. */
import { errorReasons, type ErrorReason } from '@roost/protocol'
import type { FastifySchemaCompiler } from 'fastify'
import * as z from 'zod/mini'

import { AppError } from '../errors.ts'

/** Fastify's validator for zod schemas. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodMiniType> = ({ schema }) => {
  return (data: unknown) => {
    const result = schema.safeParse(data, { reportInput: true })
    return result.success ? { value: result.data } : { error: result.error }
  }
}

/** Says what is wrong with the first thing that is, in a sentence. */
export function toBadRequest(error: unknown): AppError {
  const issue = error instanceof z.core.$ZodError ? error.issues[0] : undefined
  if (!issue) return new AppError('bad_request', 'The request is malformed.')
  const field = fieldOf(issue)
  const more = { ...(field !== undefined && { field }), ...reasonOf(issue, field) }
  if (issue.code === 'custom' && issue.params?.['code'] === 'too_large')
    return new AppError('too_large', issue.message, more)
  return new AppError('bad_request', sentenceOf(issue, field), more)
}

type Issue = z.core.$ZodIssue

function fieldOf(issue: Issue): string | undefined {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path
  return path.length === 0 ? undefined : path.map(String).join('.')
}

function reasonOf(issue: Issue, field: string | undefined): { reason?: ErrorReason } {
  if (field === 'email') return { reason: 'email_invalid' }
  const named: unknown = issue.code === 'custom' ? issue.params?.['reason'] : undefined
  const reason = errorReasons.find((known) => known === named)
  return reason ? { reason } : {}
}

function sentenceOf(issue: Issue, field: string | undefined): string {
  const name = field === undefined ? 'The request' : `"${field.slice(0, 60)}"`
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${name} is not a field of this request.`
    case 'invalid_type':
      return issue.input === undefined
        ? `${name} is missing.`
        : `${name} must be of type ${issue.expected}.`
    case 'too_big':
      return `${name} is larger than ${issue.maximum}.`
    case 'too_small':
      return `${name} is smaller than ${issue.minimum}.`
    case 'invalid_format':
      return `${name} is not a valid ${issue.format}.`
    case 'invalid_value':
      return `${name} must be one of ${issue.values.join(', ')}.`
    case 'custom':
      return issue.message
    default:
      return `${name} is not valid.`
  }
}
