import { Resolver } from 'node:dns/promises'
import type { Resolved } from '../observed.ts'

const WITHOUT_ANSWER: ReadonlySet<string> = new Set(['ENODATA', 'ENOTFOUND'])

/** Asks DNS for a host's addresses, and no file of this machine's. `server`: `192.0.2.1:53` in place of its own resolver. */
export async function resolve(host: string, signal: AbortSignal, server?: string): Promise<Resolved> {
  const resolver = new Resolver({ timeout: 800, tries: 1 })
  if (server !== undefined) resolver.setServers([server])
  signal.addEventListener('abort', () => resolver.cancel())
  const failures: string[] = []
  const asked = async (question: Promise<readonly string[]>): Promise<readonly string[]> => {
    try {
      return await question
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!WITHOUT_ANSWER.has(code)) failures.push(code.replace(/^E/, '').toLowerCase())
      return []
    }
  }
  const found = await Promise.all([asked(resolver.resolve4(host)), asked(resolver.resolve6(host))])
  const addresses = found.flat()
  const [failure] = failures
  return { host, addresses, ...(addresses.length === 0 && failure !== undefined && { failure }) }
}
