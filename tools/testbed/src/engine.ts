import { createReadStream } from 'node:fs'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'

const DEADLINE = 30_000

/** A request to a Docker daemon; `json` or the file at `upload` is its body. */
export interface EngineRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  json?: unknown
  upload?: string
}

/**
 * Calls the Engine API on a unix socket, one connection a call, and resolves to the answer's text.
 * @throws with the daemon's own message on a status of 400 or more, and when the answer isn't whole within 30 s.
 */
export async function callEngine(socket: string, { method, path, json, upload }: EngineRequest): Promise<string> {
  const headers =
    upload === undefined ? { 'content-type': 'application/json' } : { 'content-type': 'application/x-tar' }
  const signal = AbortSignal.timeout(DEADLINE)
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: socket, method, path, headers, agent: false, signal }, (response) => {
      text(response).then((answer) => {
        const { statusCode = 0 } = response
        if (statusCode < 400) resolve(answer)
        else reject(new Error(`${method} ${path} on ${socket}: ${statusCode} ${messageIn(answer)}`))
      }, reject)
    })
    call.once('error', (cause) => {
      reject(new Error(`${method} ${path} on ${socket}: ${cause.message}`, { cause }))
    })
    if (upload !== undefined) createReadStream(upload).pipe(call)
    else call.end(json === undefined ? undefined : JSON.stringify(json))
  })
}

function messageIn(answer: string): string {
  try {
    return (JSON.parse(answer) as { message: string }).message
  } catch {
    return answer.trim()
  }
}
