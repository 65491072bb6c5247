import { endAs, runProgram } from '@route-server/compose'
import { environmentOf, findHere } from '../../here.ts'
import { expectOpen, own, store, variablesOf } from '../../repo/machine.ts'
import { withRenetOnPath } from '../../rediaccfile/own-path.ts'
import { RenetError } from '../../terminal/tell-error.ts'

export async function run(name: string, [executable = '', ...args]: readonly string[]): Promise<void> {
  const repository = own(await store().find(name))
  expectOpen(repository)
  Object.assign(process.env, variablesOf(repository))
  const env = environmentOf(findHere({ dir: repository.files }))
  await withRenetOnPath(process.env['PATH'] ?? '', async (path) => {
    try {
      endAs(
        await runProgram({ executable, args, env: { ...env, PATH: path }, cwd: repository.files, stdio: 'inherit' }),
      )
    } catch (cause) {
      throw new RenetError(`${executable} can't be run: ${(cause as Error).message}`, { cause })
    }
  })
}
