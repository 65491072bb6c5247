import { print } from '@route-server/terminal'
import { askRouteServer, routeServer } from '../routes.ts'
import { RenetError } from '../renet-error.ts'

export async function run(): Promise<void> {
  const answer = await askRouteServer('/health').catch((cause: unknown) => {
    throw new RenetError(
      `No route server answers at ${routeServer()}. Look at it with: systemctl status rediacc-router.service`,
      { cause },
    )
  })
  print(JSON.stringify(JSON.parse(answer), undefined, 2))
}
