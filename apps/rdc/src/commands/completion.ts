import { SCRIPTS, type Shell } from '../completion/shells.ts'

export function run(shell: Shell): Promise<undefined> {
  process.stdout.write(SCRIPTS[shell])
  return Promise.resolve(undefined)
}
