import { plainJson } from '@route-server/server/plain-text'
import { print } from '@route-server/terminal'
import { askRouteServer } from '../ask-route-server.ts'

export async function run(): Promise<void> {
  print(plainJson((await askRouteServer('/health')).answer as object))
}
