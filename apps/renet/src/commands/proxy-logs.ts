import { endAs, runProgram } from '@route-server/compose'
import { RenetError } from '../renet-error.ts'

const UNITS = ['rediacc-router.service', 'rediacc-traefik.service']

export async function run({ follow = false }: { readonly follow?: boolean }): Promise<void> {
  const args = [...UNITS.flatMap((unit) => ['--unit', unit]), '--lines', '200', ...(follow ? ['--follow'] : [])]
  try {
    endAs(await runProgram({ executable: 'journalctl', args, env: process.env, cwd: process.cwd(), stdio: 'inherit' }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new RenetError('This machine has no journalctl; the logs are where its services were started.', {
      cause: error,
    })
  }
}
