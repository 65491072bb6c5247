import type { RouterView } from '@route-server/kernel'
import { found } from '../causes.ts'
import type { Case, Step } from '../case.ts'
import { isOfService, portOf } from '../entry-points.ts'
import type { Finding } from '../finding.ts'
import type { Answer } from '../observed.ts'
import { mayMatch } from '../rules.ts'

/** Traefik asks every 5 s; after this it doesn't. Seconds. */
const LATE = 30
const SOON = 15
/** A file that is published is read sooner. */
const FRESH = 5

/** Whether the path of the URL is routed. */
export const path: Step = ({ facts: { question, routers } }) => {
  const { path, host } = question
  const rules = routers.flatMap(({ protocol, rule }) => (protocol === 'http' && rule !== undefined ? [rule] : []))
  if (path === undefined || host === undefined || rules.length === 0) return []
  return rules.some((rule) => mayMatch(rule, { path })) ? [] : [found('PATH_UNMATCHED', { path, rules })]
}

const isTaken = ({ observed, facts: { routers } }: Case): boolean =>
  routers.length > 0 &&
  routers.every(({ name }) => observed.traefik?.routers.some((one) => one.name === name && one.status !== 'absent'))

/** Whether Traefik may have yet to get what is in the document. */
function isBehind({ facts: { fetches, publishedAs, document, runsForSeconds } }: Case): boolean {
  if ('waitingFor' in document) return false
  if (publishedAs !== undefined) return document.secondsOld < FRESH
  if (fetches.traefik === undefined) return runsForSeconds < SOON
  return (fetches.traefik.revision ?? document.revision) < document.revision
}

/** Whether it is seen to be without it. */
const isMissed = ({ observed: { traefik, answers } }: Case): boolean =>
  (traefik?.routers ?? []).some(({ status }) => status === 'absent') || answers.some(isNobodys)

/** Whether Traefik has fetched the document. */
export const fetched: Step = (one) => {
  const { routers, fetches, publishedAs, runsForSeconds, document } = one.facts
  if (routers.length === 0 || 'waitingFor' in document || isTaken(one)) return []
  if (publishedAs !== undefined)
    return isBehind(one) && isMissed(one)
      ? [found('FILE_BEHIND', { file: publishedAs, seconds: document.secondsOld })]
      : []
  const { traefik } = fetches
  const behind = found('FETCH_BEHIND', { fetched: traefik?.revision, current: document.revision })
  if (traefik === undefined) {
    if (runsForSeconds >= SOON) return [found('FETCH_NEVER', { seconds: runsForSeconds })]
    return isMissed(one) ? [behind] : []
  }
  const { secondsAgo, status } = traefik
  if (status === 401) return [found('FETCH_REFUSED', { secondsAgo })]
  if (secondsAgo > LATE) return [found('FETCH_OLD', { seconds: secondsAgo })]
  return isBehind(one) ? [behind] : []
}

const fetchedRevision = ({ facts: { fetches, publishedAs } }: Case): string => {
  if (publishedAs !== undefined) return `, which is published as ${publishedAs}`
  return fetches.traefik?.revision === undefined ? '' : `; it fetched revision ${fetches.traefik.revision}`
}

const OF_ENTRY_POINTS = /^entryPoint "[^"]*" doesn't exist$|^no valid entryPoint/

/** Whether Traefik has nothing against the router but for some of its entry points. */
function isOnOthers(
  name: string,
  errors: readonly string[],
  { facts: { routers }, observed: { traefik } }: Case,
): boolean {
  const wanted = routers.find((router) => router.name === name)?.entryPoints ?? []
  return (
    errors.every((error) => OF_ENTRY_POINTS.test(error)) &&
    wanted.some((one) => traefik?.entryPoints[one] !== undefined)
  )
}

/** Whether whoever listens where Traefik's API should can be believed. */
export const trusted: Step = ({ observed: { untrusted } }) =>
  untrusted === undefined ? [] : [found('API_UNTRUSTED', { why: untrusted })]

/** Whether Traefik made of each router what it says. */
export const taken: Step = (one) => {
  const { routers } = one.facts
  return (one.observed.traefik?.routers ?? [])
    .filter(({ name }) => routers.some((router) => router.name === name))
    .flatMap(({ name: router, status, errors }): readonly Finding[] => {
      if (status === 'absent' && isBehind(one)) return []
      if (status === 'absent') return [found('ROUTER_ABSENT', { router, fetched: fetchedRevision(one) }, router)]
      // Traefik calls a router off that lacks one of its entry points, and serves it on the others.
      if (status === 'disabled' && isOnOthers(router, errors, one))
        return [found('ROUTER_WARNED', { router, errors }, router)]
      if (status === 'disabled') return [found('ROUTER_DISABLED', { router, errors }, router)]
      return status === 'warning' ? [found('ROUTER_WARNED', { router, errors }, router)] : []
    })
}

/** Everybody who listens on the port, but for services on addresses of their own. */
const isOpen = (port: number, { listeners = [] }: Case['observed']): boolean =>
  listeners.some((one) => one.port === port && !isOfService(one.address))

function closedOf(router: RouterView, one: Case): readonly Finding[] {
  const { facts, observed } = one
  const { machine, entryPoints: registered = [] } = facts
  const known = router.entryPoints.flatMap((entryPoint) => {
    const port = portOf(entryPoint, observed.traefik)
    return port === undefined ? [] : [{ entryPoint, port }]
  })
  const [first] = known
  if (!first || router.protocol === 'udp' || known.some(({ port }) => isOpen(port, observed))) return []
  const others = [...registered, 'websecure', 'web'].flatMap((name) => portOf(name, observed.traefik) ?? [])
  return observed.traefik || others.some((port) => isOpen(port, observed))
    ? [{ ...found('ENTRY_POINT_CLOSED', { ...first, machine }, router.name), network: router.network }]
    : [found('TRAEFIK_ABSENT', first, router.name)]
}

/** Whether Traefik listens where the routers want it to. */
export const listening: Step = (one) =>
  one.observed.listeners === undefined ? [] : one.facts.routers.flatMap((router) => closedOf(router, one)).slice(0, 3)

const BROKEN: ReadonlySet<number> = new Set([502, 503, 504])

const isNobodys = ({ status, isForNobody = false }: Answer): boolean => status === 404 && isForNobody

/** What a visitor gets. */
export const answered: Step = (one) =>
  one.observed.answers.flatMap((answer): readonly Finding[] => {
    const { url, status, isSlow = false, failure } = answer
    if (isSlow) return [found('ANSWER_SLOW', { url })]
    if (status === undefined) return [found('ANSWER_FAILED', { url, failure: failure ?? 'no answer' })]
    // Before Traefik has the router that is as it should be.
    if (isNobodys(answer)) return isBehind(one) && !isTaken(one) ? [] : [found('ANSWER_NOT_FOUND', { url })]
    return BROKEN.has(status) ? [found('ANSWER_BAD', { url, status })] : []
  })
