import { CURRENT } from '@route-server/installation'
import type { Connection } from '@route-server/ssh'
import { askRouter } from './remote/ask-router.ts'

const script = `
[ -x ${CURRENT}/bin/node ] || exit 0
exec ${CURRENT}/bin/node -e '${askRouter().trim()} routerSays("/routes.json").then(({ routers }) => console.log(JSON.stringify(Object.values(routers).flat().flatMap(({ hosts }) => hosts))))'
`

/** Every host that the machine's route server routes now; nothing where none runs there. */
export async function routedHosts(connection: Connection): Promise<readonly string[] | undefined> {
  const { status, stdout } = await connection.run(script, { root: true })
  if (status !== 0 || stdout.trim() === '') return undefined
  return [...new Set(JSON.parse(stdout) as string[])]
}
