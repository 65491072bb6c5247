import { MachineError, tokenIn } from '@route-server/machine'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'

export interface TokenFlags {
  readonly cfDnsToken?: string
  readonly cfDnsTokenFile?: string
}

/** The variable that Traefik and others know it by, too. */
const VARIABLE = 'CF_DNS_API_TOKEN'

/**
 * The Cloudflare token that was given: by flag, file, standard input, or environment. Takes it out of the environment, so that no
 * program that we start has it.
 *
 * @throws {MachineError} where it can't be one
 */
export async function givenToken({ cfDnsToken, cfDnsTokenFile }: TokenFlags): Promise<string | undefined> {
  const fromEnvironment = process.env[VARIABLE]
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the name is ours
  delete process.env[VARIABLE]
  if (cfDnsToken !== undefined && cfDnsTokenFile !== undefined)
    throw new MachineError(['--cf-dns-token-file: the token is given by --cf-dns-token already; give one of them'])
  if (cfDnsToken === '-' || cfDnsTokenFile === '-') return tokenIn(await text(process.stdin), 'standard input')
  if (cfDnsToken !== undefined) return tokenIn(cfDnsToken, '--cf-dns-token')
  if (cfDnsTokenFile !== undefined)
    return tokenIn(await contentOf(cfDnsTokenFile), `--cf-dns-token-file: ${cfDnsTokenFile}`)
  return fromEnvironment ? tokenIn(fromEnvironment, VARIABLE) : undefined
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new MachineError([`--cf-dns-token-file: ${file} can't be read: ${reasonOf(cause)}`], { cause })
  }
}

const reasonOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return { ENOENT: 'there is no such file', EACCES: 'this user may not', EISDIR: 'it is a folder' }[code] ?? code
}
