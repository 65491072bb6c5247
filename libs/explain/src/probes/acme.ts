import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { certificateCauses } from '@route-server/dns/acme-errors'
import { TRAEFIK } from '@route-server/installation/paths'

/** The lines of Traefik's log that say why a certificate for one of the hosts isn't issued. */
export const linesAbout = (log: string, hosts: readonly string[]): readonly string[] => {
  const names = hosts.flatMap((host) => [host, `*${host.slice(host.indexOf('.'))}`])
  return log
    .split('\n')
    .filter((line) => /ACME|acme/.test(line) && /ERR|error/.test(line) && names.some((name) => line.includes(name)))
}

/** Why Traefik gets no certificates for the hosts, as its log of the past day has it. @throws where there is no journal */
export async function acmeCauses(
  hosts: readonly string[],
  machine: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const args = ['--unit', `${TRAEFIK}.service`, '--since', '-1day', '--lines', '2000', '--output', 'cat']
  const { stdout } = await promisify(execFile)('journalctl', args, { signal, maxBuffer: 16 * 2 ** 20 })
  return certificateCauses(linesAbout(stdout, hosts), machine)
}
