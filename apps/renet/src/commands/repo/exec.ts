import { runProgram, statusOf } from '@route-server/compose'
import { environmentOf, findHere } from '../../here.ts'
import { attachedTo, expectOpen, find, variablesOf, type AttachedFlags } from '../../repo/machine.ts'
import { withRenetOnPath } from '../../rediaccfile/own-path.ts'
import { RenetError } from '../../renet-error.ts'

export async function run(
  name: string,
  [executable = '', ...args]: readonly string[],
  flags: AttachedFlags,
): Promise<void> {
  const repository = await find(name)
  expectOpen(repository)
  Object.assign(process.env, variablesOf(repository))
  const { PATH = '', ...env } = environmentOf(findHere({ dir: repository.files }))
  const stdin = flags.attached === true ? 'ignore' : 'inherit'
  await withRenetOnPath(PATH, async (path) => {
    try {
      const exit = await attachedTo(flags, () =>
        runProgram({
          executable,
          args,
          env: { ...env, PATH: path },
          cwd: repository.files,
          stdio: [stdin, 'inherit', 'inherit'],
          group: flags.attached === true,
        }),
      )
      // Not by the same signal: over SSH it would be taken for a lost connection.
      process.exitCode = statusOf(exit)
    } catch (cause) {
      throw new RenetError(`${executable} can't be run: ${(cause as Error).message}`, { cause })
    }
  })
}
