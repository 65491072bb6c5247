import { rename } from 'node:fs/promises'
import type { Fault } from './fault.ts'

/** Of a real daemon whose containers outlive it. */
export const DOCKERD_FAULTS: readonly Fault[] = [
  {
    name: 'dockerd killed, and started again',
    inflict: ({ dockerd }) => dockerd.kill(),
    heal: ({ dockerd }) => dockerd.startDaemon(),
  },
  {
    name: 'dockerd stopped (SIGSTOP), and continued',
    inflict: ({ dockerd }) => dockerd.freeze(),
    heal: ({ dockerd }) => dockerd.thaw(),
  },
  {
    name: 'dockerd restarted, with live-restore',
    inflict: ({ dockerd }) => dockerd.stopDaemon(),
    heal: ({ dockerd }) => dockerd.startDaemon(),
  },
  {
    name: "the socket's file moved away, and back",
    inflict: ({ dockerd }) => rename(dockerd.socket, `${dockerd.socket}.away`),
    heal: ({ dockerd }) => rename(`${dockerd.socket}.away`, dockerd.socket),
  },
]

/** Docker's own: a container that is down for a moment. */
const DOWN = /^50[234] /

/** Of a real daemon that takes its containers along. */
export const MORTAL_FAULTS: readonly Fault[] = [
  {
    name: 'dockerd restarted, without live-restore: socket removed, containers stopped, both back',
    async inflict({ mortal, proxy }) {
      await mortal.stopDaemon()
      await proxy().close()
    },
    async heal(world) {
      await world.mortal.startDaemon()
      await world.openProxy()
    },
    said: 'nothing',
    mayLose: DOWN,
  },
]
