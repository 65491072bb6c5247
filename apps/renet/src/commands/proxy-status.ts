import { printJson } from '@route-server/terminal'
import { askRouteServer } from '../ask-route-server.ts'

export async function run(): Promise<void> {
  printJson((await askRouteServer('/health')).answer)
}
