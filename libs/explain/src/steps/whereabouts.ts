import { found } from '../causes.ts'
import { isOfWeb } from '../question.ts'
import type { Step } from '../case.ts'

/** Whether the route server serves anything yet. */
export const starting: Step = ({ facts: { document } }) => {
  if (!('waitingFor' in document)) return []
  const [first = 'the daemons are being listed for the first time', ...others] = document.waitingFor
  return [found('SERVER_STARTING', { first, more: others.length })]
}

/** Whether anybody has that name. */
export const known: Step = ({ facts }) => {
  const { question, containers, routers, expected, daemons, near, machine, entryPoints, document } = facts
  // What isn't known yet isn't nothing.
  if (containers.length > 0 || routers.length > 0 || 'waitingFor' in document) return []
  if (expected && !expected.isWatched) return [found('DAEMON_UNWATCHED', expected)]
  if (expected && expected.service !== '')
    return [found('SERVICE_UNKNOWN', { ...expected, daemon: daemons[0]?.daemon ?? '' })]
  const [, named] = /^(?:tcp|udp)-(\d+)$/.exec(question.name ?? '') ?? []
  const port = named === undefined ? question.port : Number(named)
  if (!isOfWeb(port)) {
    const isRegistered =
      entryPoints === undefined || entryPoints.some((name) => /-(\d+)$/.exec(name)?.[1] === String(port))
    return [found('PORT_UNKNOWN', { port, isRegistered, machine })]
  }
  if (question.host !== undefined) return [found('HOST_UNKNOWN', { host: question.host, near })]
  return [found('NAME_UNKNOWN', { near })]
}

const LIVE = new Set(['live'])

/** Whether what is known is up to date. */
export const heard: Step = ({ facts: { daemons } }) =>
  daemons
    .filter(({ state }) => !LIVE.has(state))
    .map(({ daemon, network, since, reason = '' }) =>
      found('DAEMON_UNHEARD', { daemon, network, since: new Date(since).toISOString(), reason }),
    )
