import type { KeptRevision } from '@route-server/history'
import type { RouteView } from '@route-server/kernel'
import { Hono, type Context } from 'hono'
import { accepts } from 'hono/accepts'
import {
  createGate,
  gates,
  refuseHost,
  refuseStranger,
  refuseVisitor,
  type Access,
  type Credentials,
} from './access.ts'
import { answerExplain, EXPLAIN_PARAMETERS, type Explain } from './explain.ts'
import type { Fetch, OnFetch } from './fetches.ts'
import { PARAMETERS } from './filter.ts'
import { answerHealth, healthOf, type Health, type HealthOptions } from './health.ts'
import { answerDiff, answerHistory, DIFF_PARAMETERS, HISTORY_PARAMETERS } from './history.ts'
import type { Index } from './listed.ts'
import { openApi, type DescribedEndpoint } from './openapi.ts'
import { ports } from './ports.ts'
import { COMMON_HEADERS, failure, json } from './reply.ts'
import { refusePoll, routeDocument } from './route-document.ts'
import { answerRoutes } from './routes.ts'

/** Answers a browser. */
export type PageEndpoint = (request: Request, facts: { readonly health: () => Health }) => Response

export interface AppOptions extends Partial<HealthOptions>, Access {
  /** The file that Traefik gets the document from; then nobody gets it here. */
  readonly publishedAs?: string | undefined
  /** Told that somebody asked for the document here although it is published. */
  readonly onPoll?: () => void
  /** Told of every answer to whoever asks for the document. */
  readonly onFetch?: OnFetch
  /** Says why something is routed, or isn't; left out, nobody may ask. */
  readonly explain?: Explain
  /** The last changes of the document, the oldest first; left out, there is no `/history` and no `/diff`. */
  readonly history?: () => readonly KeptRevision[]
  /** What is measured, as Prometheus reads it; left out, there is no `/metrics`. */
  readonly metrics?: (format: MetricsFormat) => Promise<{ readonly contentType: string; readonly body: string }>
  /** Told what an endpoint threw; the client gets a 500. */
  readonly onError?: (error: Error, path: string) => void
  /** What browsers get, by its paths; `/` is for them alone. */
  readonly page?: Readonly<Record<string, PageEndpoint>>
}

export type MetricsFormat = 'prometheus' | 'openmetrics'

interface Endpoint extends DescribedEndpoint {
  readonly answer: (context: Context) => Response | Promise<Response>
}

/** The HTTP endpoints over a view. They only read: GET and HEAD. */
export function createApp(view: RouteView, options: AppOptions = {}): Hono {
  const gate = createGate(options)
  const { metrics, history, page = {} } = options
  const answerPage = (answer: PageEndpoint, { req }: Context): Response =>
    answer(req.raw, { health: () => healthOf(view, options) })
  const endpoints: Readonly<Record<string, Endpoint>> = {
    '/': {
      about: 'This list; to a browser, a page with all of it.',
      answers: { 200: 'Index' },
      answer: (context) =>
        page['/'] && wantsPage(context)
          ? answerPage(page['/'], context)
          : json(index(endpoints), 200, { Vary: 'Accept' }),
    },
    '/routes.yaml': {
      about:
        "The route document, for Traefik's HTTP provider. 503 until every daemon is known; 409 where it is published as a file.",
      answers: { 200: 'application/yaml', 304: 'application/yaml', 409: 'text/plain', 503: 'text/plain' },
      answer: (context) => {
        if (options.publishedAs === undefined) return routeDocument(view, context.req.header('If-None-Match'))
        options.onPoll?.()
        return refusePoll(options.publishedAs)
      },
    },
    '/health': {
      about:
        'How the route server is; its status alone without the token. 503 only while /routes.yaml has nothing to serve.',
      answers: { 200: 'Health', 503: 'Health' },
      answer: () => answerHealth(healthOf(view, options)),
      bare: () => answerHealth({ status: healthOf(view, options).status }),
    },
    '/routes.json': {
      about: 'Every router, where it came from, and every diagnostic.',
      parameters: aboutOf(PARAMETERS),
      answers: { 200: 'Routes', 400: 'Error' },
      answer: (context) => answerRoutes(view, context.req.queries()),
    },
    ...explaining(options.explain),
    '/ports': {
      about: 'TCP and UDP ports: where they lead and since when, which are free, and who waits for one.',
      answers: { 200: 'Ports' },
      answer: () => json(ports(view.ports())),
    },
    '/openapi.json': {
      about: 'What every endpoint answers, by OpenAPI 3.1.',
      answers: { 200: 'application/json' },
      answer: () => json(openApi(endpoints)),
    },
    ...(history && {
      '/history': {
        about: 'The last changes of the route document, each with why it came about and what is other.',
        parameters: aboutOf(HISTORY_PARAMETERS),
        answers: { 200: 'History', 400: 'Error' },
        answer: ({ req }) => answerHistory(history(), req.queries()),
      },
      '/diff': {
        about: 'What is other in one revision of the route document than in another.',
        parameters: aboutOf(DIFF_PARAMETERS),
        answers: { 200: 'Diff', 400: 'Error', 404: 'Error' },
        answer: ({ req }) => answerDiff(history(), req.queries()),
      },
    }),
    ...(metrics && {
      '/metrics': {
        about: 'What is measured, for Prometheus: its text format, or OpenMetrics for who accepts it.',
        answers: { 200: 'text/plain' },
        answer: async (context) => {
          const { contentType, body } = await metrics(formatFor(context))
          return new Response(body, { headers: { ...COMMON_HEADERS, 'Content-Type': contentType } })
        },
      },
    }),
  }
  const app = new Hono()
  gates.set(app, gate)
  // No middleware, and one synchronous handler per path: Hono then answers without a promise, as fast as bare node:http.
  const guarded =
    (answer: Endpoint['answer'], bare: Endpoint['answer'] = refuseAccess): Endpoint['answer'] =>
    (context) => {
      const credentials = credentialsOf(context)
      if (!gate.admits(credentials)) return refuseHost(credentials.host)
      return gate.trusts(credentials) ? answer(context) : bare(context)
    }
  const counted =
    (answer: Endpoint['answer']): Endpoint['answer'] =>
    async (context) => {
      const response = await answer(context)
      options.onFetch?.(fetchOf(view, response, context))
      return response
    }
  for (const [path, { answer, bare }] of Object.entries(endpoints)) {
    const whole = guarded(answer, bare)
    app.get(path, path === '/routes.yaml' ? counted(whole) : whole)
  }
  for (const [path, answer] of Object.entries(page))
    if (path !== '/')
      app.get(
        path,
        guarded((context) => answerPage(answer, context), refuseVisitor),
      )
  app.notFound(guarded(({ req }) => refuse(req.path, req.method, Object.keys(endpoints))))
  app.onError((error, { req }) => {
    options.onError?.(error, req.path)
    return failure(500, 'INTERNAL_ERROR', "The route server couldn't answer this; its log says why.")
  })
  return app
}

function fetchOf(view: RouteView, { status }: Response, { req }: Context): Fetch {
  const document = view.document()
  const isGiven = (status === 200 || status === 304) && 'revision' in document
  return { status, ...(isGiven && { revision: document.revision }), agent: req.header('User-Agent') }
}

/** At once: each looks through what is known, and connects to a few addresses. */
const MOST_EXPLAINED = 4

const BUSY = `${MOST_EXPLAINED} others are having something explained at this moment. Ask again in a second.`

function explaining(explain: Explain | undefined): Readonly<Record<string, Endpoint>> {
  if (!explain) return {}
  let underWay = 0
  return {
    '/explain': {
      about: 'Why something is routed, or is not: the answer, the whole way, and what to do.',
      parameters: EXPLAIN_PARAMETERS,
      answers: { 200: 'application/json', 400: 'Error', 503: 'Error' },
      async answer({ req }) {
        if (underWay >= MOST_EXPLAINED) return failure(503, 'BUSY', BUSY, { 'Retry-After': '1' })
        underWay += 1
        try {
          return await answerExplain(explain, req.queries())
        } finally {
          underWay -= 1
        }
      },
    },
  }
}

const aboutOf = (parameters: Readonly<Record<string, { readonly about: string }>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { about }]) => [name, about]))

/** OpenMetrics for who asks for it before anything else, as Prometheus does. */
function formatFor(context: Context): MetricsFormat {
  const openMetrics = 'application/openmetrics-text'
  const supports = ['text/plain', openMetrics]
  const best = accepts(context, { header: 'Accept', supports, default: 'text/plain' })
  return best === openMetrics ? 'openmetrics' : 'prometheus'
}

/** A browser says that it takes HTML; programs take anything. */
const wantsPage = ({ req }: Context): boolean => (req.header('Accept') ?? '').includes('text/html')

function credentialsOf({ req }: Context): Credentials {
  return { host: req.header('Host'), authorization: req.header('Authorization') }
}

/** A browser can ask its user for the token. */
const refuseAccess = (context: Context): Response =>
  wantsPage(context) ? refuseVisitor() : refuseStranger(context.req.path)

function index(endpoints: Readonly<Record<string, Endpoint>>): Index {
  return {
    endpoints: Object.entries(endpoints).map(([path, { about, parameters }]) => ({
      path,
      about,
      ...(parameters ? { parameters } : {}),
    })),
  }
}

/** What Hono has no handler for: a path that we don't have, or a method that we don't have there. */
function refuse(path: string, method: string, paths: readonly string[]): Response {
  return paths.includes(path)
    ? failure(405, 'METHOD_NOT_ALLOWED', `${path} can only be read: use GET or HEAD, not ${method}.`, {
        Allow: 'GET, HEAD',
      })
    : failure(404, 'PATH_UNKNOWN', `There is nothing at ${path}; the endpoints are ${paths.join(', ')}.`)
}
