import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import type { Look } from './conformance.ts'

/** Where a Traefik is: what the variable TRAEFIK names, else the first one in PATH. */
export function traefikPath(): string | undefined {
  const { TRAEFIK, PATH = '' } = process.env
  if (TRAEFIK !== undefined) return TRAEFIK === '' ? undefined : TRAEFIK
  return PATH.split(delimiter)
    .map((folder) => join(folder, 'traefik'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** Longer than Traefik takes to start and to read a file on a machine that is busy. */
const PATIENCE = 20_000
const PARTS = ['http', 'tcp', 'udp'] as const

interface Router {
  readonly entryPoints?: readonly string[]
}
type Document = Partial<Record<(typeof PARTS)[number], { routers?: Readonly<Record<string, Router>> }>>

/** What `/api/rawdata` says of an element. */
interface Element {
  readonly status?: string
  readonly error?: readonly string[] | string
}

const entryPointsOf = (documents: readonly Document[]): ReadonlySet<string> =>
  new Set(
    documents.flatMap((document) =>
      PARTS.flatMap((part) =>
        Object.values(document[part]?.routers ?? {}).flatMap(({ entryPoints = [] }) =>
          entryPoints.map((name) => `--entrypoints.${name}.address=127.0.0.1:0${part === 'udp' ? '/udp' : ''}`),
        ),
      ),
    ),
  )

const isEmpty = (document: string): boolean => ['', '{}'].includes(document.trim())

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Complaints that are about the machine and not about the document. */
const isOurs = (line: string): boolean => / (ERR|FTL|PNC) /.test(line) && !line.includes('certificate resolver')

/**
 * Gives the whole document of each case to a Traefik of its own on loopback ports, one after another.
 * @throws an error with everything that it refuses, or can't build.
 */
export async function checkTaken(traefik: string, cases: readonly Look[]): Promise<void> {
  // What other providers have isn't here.
  const looks = cases.filter(({ outcome }) => !isEmpty(outcome.whole) && !/@\w+/.test(outcome.whole))
  const folder = mkdtempSync(join(tmpdir(), 'plugin-testkit-traefik-'))
  const port = await freePort()
  const watched = join(folder, 'watched.yaml')
  const show = (text: string): void => {
    writeFileSync(join(folder, 'next.yaml'), text)
    renameSync(join(folder, 'next.yaml'), watched)
  }
  show('{}\n')
  let log = ''
  const child = spawn(
    traefik,
    [
      '--global.checknewversion=false',
      '--global.sendanonymoususage=false',
      '--log.level=ERROR',
      '--log.nocolor=true',
      '--api.insecure=true',
      `--entrypoints.traefik.address=127.0.0.1:${port}`,
      '--providers.providersthrottleduration=50ms',
      `--providers.file.filename=${watched}`,
      ...entryPointsOf(looks.map(({ outcome }) => parse(outcome.whole) as Document)),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      log += text.toString()
    })
  const ended = once(child, 'close').catch((cause: unknown) => {
    throw new Error(`${traefik} can't be started.`, { cause })
  })

  /** What it holds, once it has taken the document with this mark; its complaint where it doesn't. */
  const taken = async (mark: string): Promise<Readonly<Record<string, Readonly<Record<string, Element>>>> | string> => {
    for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(20)) {
      const complaint = log.split('\n').find(isOurs)
      if (complaint !== undefined) return complaint
      if (child.exitCode !== null) return `It ended: ${log}`
      const answer = await fetch(`http://127.0.0.1:${port}/api/rawdata`).catch(() => undefined)
      if (!answer?.ok) continue
      const data = (await answer.json()) as Record<string, Record<string, Element>>
      if (data['middlewares']?.[`${mark}@file`] !== undefined) return data
    }
    return `It didn't take the document in ${PATIENCE / 1000} s. ${log}`
  }

  const complaints: string[] = []
  try {
    for (const [index, { name, outcome }] of looks.entries()) {
      const mark = `plugin-testkit-${index}`
      log = ''
      show(withMark(outcome.whole, mark))
      const data = await taken(mark)
      if (typeof data === 'string') complaints.push(`${name}: ${data}`)
      else
        for (const [section, elements] of Object.entries(data))
          for (const [element, { status = 'enabled', error = [] }] of Object.entries(elements))
            if (status === 'disabled' || error.length > 0)
              complaints.push(`${name}: ${section} ${element}: ${[error].flat().join('; ')}`)
    }
  } finally {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true })
  }
  if (complaints.length > 0) throw new Error(`Traefik refuses:\n${complaints.join('\n')}`)
}

/** The document, with a middleware by which one can tell that it was taken. */
function withMark(text: string, mark: string): string {
  const document = parse(text) as { http?: { middlewares?: object } }
  const middlewares = { ...document.http?.middlewares, [mark]: { headers: { customRequestHeaders: { mark } } } }
  // JSON is YAML.
  return JSON.stringify({ ...document, http: { ...document.http, middlewares } })
}
