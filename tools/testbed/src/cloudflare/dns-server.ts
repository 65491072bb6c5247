import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'
import { freePorts } from '../ports.ts'
import { answerTo, type Known, type ResponseCode } from './answers.ts'

/** What one server of DNS does wrong: answers everything with a code, never answers, or knows nothing of what changed since. */
export type DnsFault = Exclude<ResponseCode, 'NOERROR'> | 'silent' | 'stale'

/** A server of DNS in this process. */
export interface DnsServer {
  /** Its loopback port, for UDP and TCP. */
  readonly port: number
  /** Where it answers as over TCP. */
  readonly socket: string
  /** What it was asked, in order: `TXT _acme-challenge.example.com`. */
  readonly queries: () => string[]
  setFault(fault: DnsFault | undefined): void
  close(): Promise<void>
}

const LENGTH = 2
const CODES: Readonly<Record<ResponseCode, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }
const TRUNCATED = 1 << 9
/** More than that doesn't come by UDP. */
const LARGEST_DATAGRAM = 1232

/** Starts one that answers from `known`, which is asked each time. */
export async function startDnsServer(socket: string, known: () => Known, resolver: boolean): Promise<DnsServer> {
  let fault: DnsFault | undefined
  let past: Known | undefined
  let queries: string[] = []

  const respond = (message: Buffer): Buffer | undefined => {
    const query = decode(message)
    const [question] = query.questions ?? []
    if (question === undefined) return undefined
    queries.push(`${question.type} ${question.name}`)
    if (fault === 'silent') return undefined
    const { code, answers, authorities } =
      fault === undefined || fault === 'stale'
        ? answerTo(question, past ?? known(), resolver)
        : { code: fault, answers: [], authorities: [] }
    const role = resolver ? RECURSION_AVAILABLE : AUTHORITATIVE_ANSWER
    const flags = role | ((query.flags ?? 0) & RECURSION_DESIRED) | CODES[code]
    const { id = 0 } = query
    const sections = { questions: [question], answers: [...answers], authorities: [...authorities] }
    return encode({ type: 'response', id, flags, ...sections })
  }

  const overUdp = (message: Buffer): Buffer | undefined => {
    const response = respond(message)
    if (response === undefined || response.length <= LARGEST_DATAGRAM) return response
    const { id = 0, questions = [], flags = 0 } = decode(response)
    return encode({ type: 'response', id, flags: flags | TRUNCATED, questions })
  }

  const [port = 0] = await freePorts('tcp', '127.0.0.1', 1)
  const datagrams = createSocket('udp4')
  datagrams.on('message', (message, { port, address }) => {
    const response = attempt(() => overUdp(message))
    if (response) datagrams.send(response, port, address)
  })
  datagrams.bind(port, '127.0.0.1')
  await once(datagrams, 'listening')
  const open = new Set<Socket>()
  const serve = (connection: Socket): void => {
    open.add(connection)
    connection.once('close', () => open.delete(connection))
    speak(connection, (message) => attempt(() => respond(message)))
  }
  const servers = await Promise.all([
    listening(createServer(serve), { port, host: '127.0.0.1' }),
    listening(createServer(serve), { path: socket }),
  ])
  return {
    port,
    socket,
    queries: () => queries,
    setFault(next) {
      queries = []
      fault = next
      past = next === 'stale' ? copyOf(known()) : undefined
    },
    async close() {
      for (const connection of open) connection.destroy()
      await Promise.all([
        ...servers.map((server) => new Promise((resolve) => server.close(resolve))),
        new Promise<void>((resolve) => datagrams.close(resolve)),
      ])
    },
  }
}

const copyOf = ({ zones, hosts, nameServers }: Known): Known => ({
  zones: zones.map(({ name, records }) => ({ name, records })),
  hosts: new Map(hosts),
  nameServers,
})

async function listening(server: Server, where: { port: number; host: string } | { path: string }): Promise<Server> {
  await once(server.listen(where), 'listening')
  return server
}

/** What isn't DNS is dropped. */
function attempt<T>(step: () => T): T | undefined {
  try {
    return step()
  } catch {
    return undefined
  }
}

/** DNS over a stream: each message with its length before it. */
function speak(connection: Socket, respond: (message: Buffer) => Buffer | undefined): void {
  let received = Buffer.alloc(0)
  connection.on('error', () => connection.destroy())
  connection.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= LENGTH && received.length >= LENGTH + received.readUInt16BE()) {
      const end = LENGTH + received.readUInt16BE()
      const response = respond(received.subarray(LENGTH, end))
      received = received.subarray(end)
      if (response === undefined) continue
      const length = Buffer.alloc(LENGTH)
      length.writeUInt16BE(response.length)
      connection.write(Buffer.concat([length, response]))
    }
  })
}
