import { z } from 'zod'
import { ANSWERS, type AnswerName } from './answers.ts'

/** What an endpoint answers with one status: one of our answers as JSON, or text of a type. */
export type Described = AnswerName | `${string}/${string}`

/** As the table of endpoints has it. */
export interface DescribedEndpoint {
  readonly about: string
  readonly parameters?: Readonly<Record<string, string>>
  /** The answer to who doesn't show the token; left out, 401. */
  readonly bare?: () => Response
  /** By status; what every endpoint may answer is left out. */
  readonly answers: Readonly<Record<number, Described>>
}

const STATUSES: Readonly<Record<number, string>> = {
  200: 'What was asked for.',
  304: 'What the client has is what there is.',
  400: 'A parameter that is unknown or wrong.',
  401: "The token is wanted, and wasn't shown.",
  404: "What was asked for isn't known.",
  409: 'The document is published as a file.',
  421: "Asked under a name that isn't allowed.",
  500: 'A fault of the route server; its log says which.',
  503: 'Not yet, or not now: `Retry-After` says when to ask again.',
}

const isAnswer = (answer: Described): answer is AnswerName => Object.hasOwn(ANSWERS, answer)

function contentOf(answer: Described): object {
  return isAnswer(answer)
    ? { 'application/json': { schema: { $ref: `#/components/schemas/${answer}` } } }
    : { [answer]: { schema: { type: answer === 'application/json' ? 'object' : 'string' } } }
}

function operation({ about, parameters = {}, bare, answers }: DescribedEndpoint): object {
  const all: Readonly<Record<number, Described>> = {
    ...answers,
    ...(!bare && { 401: 'text/plain' }),
    421: 'Error',
    500: 'Error',
  }
  const names = Object.keys(parameters)
  return {
    summary: about,
    security: [{}, { token: [] }],
    ...(names.length > 0 && {
      parameters: Object.entries(parameters).map(([name, description]) => ({
        name,
        in: 'query',
        description,
        schema: { type: 'string' },
      })),
    }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, answer]) => {
        const description = STATUSES[Number(status)] ?? status
        return [status, { description, ...(status !== '304' && { content: contentOf(answer) }) }]
      }),
    ),
  }
}

/** The description of all endpoints, by OpenAPI 3.1. */
export function openApi(endpoints: Readonly<Record<string, DescribedEndpoint>>): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'route server',
      version: '1',
      description:
        'What the route server answers, for GET and HEAD. Where it has a token, to who shows it. Secrets are masked everywhere but in /routes.yaml.',
    },
    paths: Object.fromEntries(
      Object.entries(endpoints).map(([path, endpoint]) => [path, { get: operation(endpoint) }]),
    ),
    components: {
      schemas: Object.fromEntries(
        Object.entries(ANSWERS).map(([name, answer]) => [name, { ...z.toJSONSchema(answer), $schema: undefined }]),
      ),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'What --token-file holds, where it is set.' },
      },
    },
  }
}
