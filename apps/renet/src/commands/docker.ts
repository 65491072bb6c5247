import { endAs, runProgram } from '@route-server/compose'
import { environmentOf, findHere, tellOfOtherDaemons, type WhereFlags } from '../here.ts'
import { RenetError } from '../renet-error.ts'

/** Docker's flags that would lead to another daemon. */
const ELSEWHERE = /^(?:-H|--host|-c|--context)(?:=|$)|^-H./

export async function run(args: readonly string[], flags: WhereFlags): Promise<void> {
  const here = findHere(flags)
  const command = args.findIndex((arg) => !arg.startsWith('-'))
  const other = args.slice(0, command === -1 ? args.length : command).find((arg) => ELSEWHERE.test(arg))
  if (other !== undefined)
    throw new RenetError(
      `${other}: renet docker talks to the network's own daemon. Choose it with --network-id before the --.`,
    )
  tellOfOtherDaemons(here)
  try {
    endAs(
      await runProgram({ executable: 'docker', args, env: environmentOf(here), cwd: here.folder, stdio: 'inherit' }),
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new RenetError(
      "Docker's command line isn't installed: there is no docker on PATH. Install the package docker-ce-cli.",
      { cause: error },
    )
  }
}
