import { removeInstallation } from '@route-server/push'
import { print, printJson, STATUS } from '@route-server/terminal'
import { withConnection } from '../connection.ts'
import { machines } from '../machines.ts'
import { confirmed } from '../terminal/confirm.ts'
import { withProgress } from '../terminal/progress.ts'

interface Given {
  readonly purge?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

const LEFT = 'Certificates, claims and the secrets of the machine stay there; --purge removes them, too.'

export async function run(name: string, { purge = false, yes, json }: Given): Promise<number | undefined> {
  const machine = await machines().find(name)
  const what = purge ? 'and everything that they kept, certificates among it' : 'but not their certificates and state'
  if (
    !(await confirmed(`Take the route server and Traefik away from ${name}, ${what}? Nothing is reachable then.`, {
      yes,
    }))
  ) {
    print('Nothing was done.')
    return STATUS.failed
  }
  const wasThere = await withProgress((progress) =>
    withConnection(machine, progress, (connection) => {
      progress.step({ what: `Removing from ${name}` })
      return removeInstallation(connection, { machine: name, purge })
    }),
  )
  if (json === true) printJson({ machine: name, wasThere, purged: purge })
  else print(wasThere ? `Removed from ${name}.${purge ? '' : ` ${LEFT}`}` : `There was nothing to remove on ${name}.`)
  return undefined
}
