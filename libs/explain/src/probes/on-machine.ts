import { networkInterfaces } from 'node:os'
import { servedCertificate } from '@route-server/dns/certificate'
import type { Probes } from '../look-around.ts'
import { acmeCauses } from './acme.ts'
import { apiOf, whyUntrusted } from './api-at.ts'
import { dial } from './dial.ts'
import { listenersOfContainer } from './processes.ts'
import { resolve } from './resolve.ts'
import { allListeners } from './sockets.ts'
import { askTraefik } from './traefik.ts'
import { visit } from './visit.ts'

export interface OnMachine {
  /** Traefik's own API, `http://user:password@127.0.0.1:8080`; left out: where `push-infra` puts it, else Traefik's usual place. */
  readonly api?: string | undefined
  /** A name server, `192.0.2.1:53`; left out: this machine's own. */
  readonly resolver?: string | undefined
  /** This machine's name in `rdc`. */
  readonly machine?: string | undefined
  /** Sockets of daemons that the route server itself has named; left out: only those at their usual place are asked. */
  readonly daemons?: readonly string[]
}

/** A TLS handshake may take so long; milliseconds. */
const HANDSHAKE_MS = 900

/** All that somebody on the machine can look at; with root's rights, all of it. */
export function probesOnMachine({ api: given, resolver, machine, daemons }: OnMachine): Probes {
  const api = apiOf(given)
  const untrusted = whyUntrusted(api)
  return {
    listeners: () => allListeners(),
    ownListeners: (container, signal) => listenersOfContainer(container, signal, daemons),
    dial,
    ...(untrusted === undefined ? { traefik: (plan, signal) => askTraefik(api, plan, signal) } : { untrusted }),
    resolve: (host, signal) => resolve(host, signal, resolver),
    own: () =>
      Object.values(networkInterfaces()).flatMap((all = []) =>
        all.flatMap(({ internal, address }) => (internal ? [] : [address])),
      ),
    async certificate(host, at) {
      const served = await servedCertificate(at.host, host, { port: at.port, patience: HANDSHAKE_MS })
      return served && { ...served, host, until: served.until.toISOString() }
    },
    visit,
    acme: (hosts, signal) => acmeCauses(hosts, machine ?? 'MACHINE', signal),
  }
}
