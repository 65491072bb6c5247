import type { Command } from 'commander'
import type { Check, MachineFacts, MachineSeen } from '@route-server/explain'
import { plainJson, plainText } from '@route-server/server/plain-text'
import { print, STATUS } from '@route-server/terminal'
import { askServer } from '@route-server/server/control-client'
import { withPlace } from './place.ts'
import type { Place } from './place.ts'
import { TRAEFIK_API } from './traefik-api-flag.ts'

interface Given extends Place {
  readonly traefikApi?: string
}

/** What the running route server knows, or why it can't be asked. */
async function factsFrom(stateDir: string): Promise<{ facts?: MachineFacts; silence?: string }> {
  try {
    return { facts: (await askServer(stateDir, 'GET', '/machine')) as MachineFacts }
  } catch (error) {
    return { silence: (error as Error).message.replace(/\.$/, '') }
  }
}

const statusOf = (checks: readonly Check[]): number =>
  checks.some(({ state }) => state === 'bad') ? STATUS.changes : STATUS.done

/** `route-server doctor`: how the machine is, in one table. */
export function addDoctor(program: Command): void {
  withPlace(program.command('doctor'))
    .description(
      'say how the machine is: route server, daemons, sockets, Traefik, entry points, certificates, exposure, clock, disk; worst first. Exit status 0: nothing is bad; 1: it could not be found out; 2: wrong usage; 3: something is bad',
    )
    .option(...TRAEFIK_API)
    .action(async ({ stateDir, config: file, traefikApi, json }: Given) => {
      const [{ loadConfig }, { examine, examineHost, tableOf }, { machineSettingsOf }] = await Promise.all([
        import('@route-server/config'),
        import('@route-server/explain'),
        import('./explain/machine.ts'),
      ])
      const config = loadConfig({ file, flags: { stateDir } })
      const { facts, silence } = await factsFrom(config.stateDir)
      const settings = facts?.settings ?? machineSettingsOf(config, config.tokenFile !== undefined)
      const seen: MachineSeen = {
        ...(await examineHost(settings, facts, { api: traefikApi ?? settings.traefikApi })),
        ...(silence !== undefined && { silence }),
      }
      const checks = examine({ settings, ...(facts && { facts }), seen })
      print(json === true ? plainJson({ checks }) : tableOf(checks).map(plainText).join('\n'))
      process.exitCode = statusOf(checks)
    })
}
