import type { RouteDocument, RouteView } from '@route-server/kernel'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Gate } from './access.ts'
import type { OnFetch } from './fetches.ts'
import { COMMON_HEADERS, text, type Headers } from './reply.ts'
import { waitingMessage } from './waiting.ts'

/** Tells what this process served from what another one does: each counts its revisions itself. */
const INSTANCE = randomUUID()

/** Made at a document's first poll, so that later polls cost nothing but the socket's copy. */
const headersOf = new WeakMap<RouteDocument, DocumentHeaders>()

type DocumentHeaders = Headers & { readonly ETag: string }

/**
 * What Traefik polls: the document, or 503 while it isn't known. Traefik sends no `If-None-Match` and takes 304 for
 * an error; other clients that send it get one.
 */
export function routeDocument(view: RouteView, ifNoneMatch: string | undefined): Response {
  const document = view.document()
  if ('waitingFor' in document) return text(waitingMessage(document.waitingFor), 503, { 'Retry-After': '1' })
  const headers = documentHeaders(document)
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, headers.ETag)) {
    return new Response(null, { status: 304, headers: { ...COMMON_HEADERS, ETag: headers.ETag } })
  }
  return new Response(Buffer.concat(document.parts), { headers })
}

/** What isn't 200 makes Traefik keep what it has; with the document from here and from the file every rule would be there twice. */
export const refusePoll = (file: string): Response =>
  text(
    `The route document is published as the file ${file}, and isn't given here as well: Traefik would have every router twice. Take providers.http out of its static configuration, or publish out of the route server's.`,
    409,
  )

/** Whether it is Traefik's own plain poll, of somebody who may have the document. */
export const isPlainPoll = (gate: Gate, { method, url, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  url === '/routes.yaml' &&
  headers['if-none-match'] === undefined &&
  gate.admits(headers) &&
  gate.trusts(headers)

/**
 * Answers a plain poll, without a Request and a Response object for each: they would cost as much as all the rest. `false`: there is
 * no document; somebody else has to answer.
 */
export function answerPoll(
  view: RouteView,
  { headers }: IncomingMessage,
  response: ServerResponse,
  onFetch?: OnFetch,
): boolean {
  const document = view.document()
  if ('waitingFor' in document) return false
  response.writeHead(200, documentHeaders(document))
  // As one write: the parts of a large document that didn't change are copied nowhere but into the socket.
  response.cork()
  for (const part of document.parts) response.write(part)
  response.uncork()
  response.end()
  onFetch?.({ status: 200, revision: document.revision, agent: headers['user-agent'] })
  return true
}

function documentHeaders(document: RouteDocument): DocumentHeaders {
  const known = headersOf.get(document)
  if (known) return known
  const made = {
    ...COMMON_HEADERS,
    'Content-Type': 'application/yaml',
    'Content-Length': String(document.length),
    ETag: `"${INSTANCE}-${document.revision}"`,
  }
  headersOf.set(document, made)
  return made
}

/** `"a", W/"b"`, or `*`. The comparison is the weak one, as RFC 9110 has it for this header. */
function matches(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch.split(',').some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, '')))
}
