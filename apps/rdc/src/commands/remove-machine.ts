import { forgetToken } from '@route-server/machine'
import { print, printJson, STATUS } from '@route-server/terminal'
import { machines } from '../machines.ts'
import { confirmed } from '../terminal/confirm.ts'

interface Given {
  readonly yes?: boolean
  readonly json?: boolean
}

export async function run(name: string, { yes, json }: Given): Promise<number | undefined> {
  const store = machines()
  const { ssh } = await store.find(name)
  const question = `Forget ${name} (${ssh.host}) and its Cloudflare token? The server itself stays as it is.`
  if (!(await confirmed(question, { yes }))) {
    print('Nothing was done.')
    return STATUS.failed
  }
  // The token first: what is left of a machine, if the second fails, is harmless.
  await forgetToken(store.folder, name)
  await store.change(name, () => undefined)
  if (json === true) printJson({ removed: name })
  else
    print(
      `Forgot ${name} and its Cloudflare token. The server itself stays as it is; \`rdc context remove-infra\` takes its services away, which needs the machine to be known.`,
    )
  return undefined
}
