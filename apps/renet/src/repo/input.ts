import { RenetError } from '../renet-error.ts'

/** All of standard input. */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** The first line of standard input; what follows is still to be read. */
export async function readHeader(): Promise<string> {
  let begun = Buffer.alloc(0)
  for await (const chunk of process.stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    begun = Buffer.concat([begun, chunk])
    const end = begun.indexOf('\n')
    if (end === -1) continue
    process.stdin.unshift(begun.subarray(end + 1))
    return begun.toString('utf8', 0, end)
  }
  throw new RenetError('Nothing came on standard input.')
}
