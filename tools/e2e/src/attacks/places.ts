import { addressOf, freshNetworkId } from '@route-server/testbed'
import { freePorts } from '@route-server/testbed/parts'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Three repositories. Fresh numbers, so that several runs on one machine don't meet on loopback addresses. */
export const VICTIM = freshNetworkId()
export const ATTACKER = VICTIM + 64
/** Neither harms nor is harmed; what it answers tells which document Traefik is on. */
export const INNOCENT = VICTIM + 128
/** One that doesn't exist. */
export const NOBODY = VICTIM + 192

/** Where each network's first service listens. */
export const VICTIM_IP = addressOf(VICTIM, 0)
export const ATTACKER_IP = addressOf(ATTACKER, 0)
export const INNOCENT_IP = addressOf(INNOCENT, 0)
/** A service of the victim that no label speaks of. */
export const INTERNAL_IP = addressOf(VICTIM, 5)

/** The same for everybody. */
export const HTTP_PORT = 8080
export const TCP_PORT = 2525
export const UDP_PORT = 5353
export const INTERNAL_PORT = 9090
/** Nobody listens there. */
export const DEAD_PORT = 8081

const [secretPort = 0] = await freePorts('tcp', '127.0.0.1', 1)
/** Something of the host itself, on 127.0.0.1. */
export const SECRET_PORT = secretPort

/** A file of the operator's with the user "operator", whose password is "secret". */
export const USERS_FILE = join(tmpdir(), `route-server-attacks-${process.pid}-users`)

/** The token that Traefik shows, where one is asked for. */
export const TOKEN = 'the-token-of-these-tests'
