import type { Propagation } from '@route-server/installation'
import type { Connection } from '@route-server/ssh'

/** Who answers for a zone. */
export interface Zone {
  readonly zone: string
  /** Addresses of its name servers. */
  readonly addresses: readonly string[]
}

export interface FoundPropagation {
  readonly propagation: Propagation
  /** What was found, where it isn't the usual. */
  readonly note?: string
}

/** How long a record gets where nobody can be asked; seconds. */
const BLIND_WAIT = 120

/**
 * Finds out, from the machine itself, who can be asked there whether a challenge's record is visible: the zone's name servers, and the
 * machine's own resolver. Closed ports and resolvers that refuse are what certificates fail at most.
 */
export async function findPropagation(connection: Connection, { zone, addresses }: Zone): Promise<FoundPropagation> {
  const { stdout } = await connection.run(script(zone, addresses))
  const answers = stdout.split('\n').flatMap((line) => {
    const [who = '', address = '', ...bytes] = line.trim().split(/\s+/)
    return who === ''
      ? []
      : [
          {
            who,
            address,
            isGood: isGood(
              bytes.map((byte) => parseInt(byte, 16)),
              who,
            ),
          },
        ]
  })
  const good = (who: string): readonly string[] =>
    answers.filter((one) => one.who === who && one.isGood).map(({ address }) => address)
  return decide(zone, {
    resolvers: good('resolver'),
    authoritative: good('server'),
    hasResolver: answers.some(({ who }) => who === 'resolver'),
  })
}

interface Answers {
  /** Resolvers of the machine that know the zone. */
  readonly resolvers: readonly string[]
  /** Name servers of the zone that it reaches. */
  readonly authoritative: readonly string[]
  readonly hasResolver: boolean
}

export function decide(zone: string, { resolvers, authoritative, hasResolver }: Answers): FoundPropagation {
  if (resolvers.length > 0 && authoritative.length > 0)
    return { propagation: { resolvers: [], skipAuthoritative: false } }
  if (resolvers.length > 0)
    return {
      propagation: { resolvers: [], skipAuthoritative: true },
      note: `The machine can't ask the name servers of ${zone} (outgoing port 53 is closed): Traefik asks its resolver alone whether a challenge's record is visible.`,
    }
  const resolver = hasResolver ? "The machine's resolver doesn't know" : 'The machine has no resolver that answers for'
  if (authoritative.length > 0)
    return {
      propagation: {
        resolvers: authoritative.map((address) => (address.includes(':') ? `[${address}]:53` : `${address}:53`)),
        skipAuthoritative: true,
      },
      note: `${resolver} ${zone}: Traefik asks the zone's name servers instead whether a challenge's record is visible.`,
    }
  return {
    propagation: { resolvers: [], skipAuthoritative: true, waitInstead: BLIND_WAIT },
    note: `${resolver} ${zone}, and its name servers can't be asked from there either: Traefik waits ${BLIND_WAIT} s for each challenge instead. Open outgoing port 53 if you can.`,
  }
}

/** Whether the first bytes of an answer say that it knows the zone; a name server's has to be authoritative. */
function isGood(bytes: readonly number[], who: string): boolean {
  const [, , flags = 0, code = 15, , , high = 0, low = 0] = bytes
  const isAnswer = bytes.length === 8 && (flags & 0x80) !== 0 && (code & 0x0f) === 0
  return isAnswer && (who === 'resolver' ? high + low > 0 : (flags & 0x04) !== 0)
}

/** Asks everybody at once, by UDP: bash and coreutils are there where no DNS program is. */
function script(zone: string, addresses: readonly string[]): string {
  return `
ask() {
  bash -c 'exec 3<>"/dev/udp/$1/53" && printf "$2" >&3 && timeout 3 dd bs=512 count=1 <&3 2>/dev/null | od -An -tx1 -N8' ask "$2" '${questionFor(zone)}' 2>/dev/null | tr -d '\\n' | { read -r bytes; echo "$1 $2 $bytes"; }
}
{
  for resolver in $(sed -n 's/^nameserver[[:space:]]*\\([^[:space:]]*\\).*/\\1/p' /etc/resolv.conf); do ask resolver "$resolver" & done
  for server in ${addresses.filter((address) => /^[0-9a-f.:]+$/i.test(address)).join(' ')}; do ask server "$server" & done
  wait
} </dev/null
`
}

/** "What is the SOA record of the zone?", as printf writes it. */
function questionFor(zone: string): string {
  const labels = zone.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]))
  // An ID, "recursion desired", one question; the root, SOA, Internet.
  const packet = Buffer.concat([
    Buffer.of(0x72, 0x64, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0),
    ...labels,
    Buffer.of(0, 0, 6, 0, 1),
  ])
  return [...packet].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}
